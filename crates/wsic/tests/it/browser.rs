//! The pages served in the test's own process, and a browser that asks them over the network.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};
use pipeline::Deployment;
use tokio::runtime::Runtime;
use web::{App, Catalogue, Config};

/// The pages of a deployment, and what time they think it is.
pub struct Served {
    address: SocketAddr,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Served {
    pub fn new(runtime: &Runtime, deployment: &Deployment) -> Self {
        let config = Config {
            service: "Test service".to_owned(),
            synthetic: true,
            secure_cookie: false,
            sign_in: deployment.config.sign_in.clone(),
        };
        let catalogue = Catalogue::from_files(&deployment.definitions).unwrap();
        let (store, area) = (deployment.store.clone(), deployment.area.clone());
        let mut app = App::new(store, area, catalogue, &deployment.marts(""), config);
        let now = Arc::new(Mutex::new(Utc::now()));
        let clock = Arc::clone(&now);
        app.clock = Arc::new(move || *clock.lock().unwrap());
        let service = web::router(app).into_make_service_with_connect_info::<SocketAddr>();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, service).await });
        Self { address, now }
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    pub fn wait(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub fn signed_in(&self, user: &str, password: &str) -> Browser {
        let mut browser = Browser { address: self.address, cookies: BTreeMap::new(), token: String::new() };
        browser.get("/sign-in");
        let (status, body) =
            browser.post("/sign-in", &[("user", user), ("password", password), ("next", "/")]);
        assert_eq!((status, body.as_str()), (303, "/"), "{user} could not sign in");
        browser
    }
}

/// It keeps cookies and sends forms with the token of the page that was loaded last.
pub struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
    token: String,
}

impl Browser {
    pub fn get(&mut self, address: &str) -> (u16, String) {
        self.send("GET", address, "")
    }

    pub fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let mut form = format!("csrf={}", self.token);
        for (name, value) in fields {
            form.push_str(&format!("&{name}={}", value.replace(' ', "+")));
        }
        self.send("POST", address, &form)
    }

    fn send(&mut self, method: &str, address: &str, body: &str) -> (u16, String) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {address} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        for line in head.lines().filter(|line| line.to_lowercase().starts_with("set-cookie:")) {
            let (name, rest) = line.split_once(':').unwrap().1.trim().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
            }
        }
        // An answer that leads elsewhere says where instead.
        if let Some(to) = head.lines().find_map(|line| line.strip_prefix("location: ")) {
            return (status, to.to_owned());
        }
        if let Some((_, after)) = body.split_once("name=\"csrf\" value=\"") {
            self.token = after.split('"').next().unwrap().to_owned();
        }
        (status, body.to_owned())
    }
}
