//! A throwaway PostgreSQL cluster: made by the first test that wants one, stopped when the last lets go.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

/// A running cluster. Dropping the last handle stops it and removes its files.
pub struct Cluster {
    bin: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

static RUNNING: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// The running cluster, or a new one; `Err` says why there can be none.
pub fn cluster() -> Result<Arc<Cluster>, String> {
    let mut running = RUNNING.lock().unwrap();
    if let Some(cluster) = running.upgrade() {
        return Ok(cluster);
    }
    let cluster = Arc::new(Cluster::start()?);
    *running = Arc::downgrade(&cluster);
    Ok(cluster)
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let bin =
            server_programs().ok_or("PostgreSQL's server programs (initdb, pg_ctl) are not installed")?;
        let folder = tempfile::Builder::new().prefix("wsic-pg").tempdir().map_err(|e| e.to_string())?;
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        let cluster = Self { bin, folder, port };
        if is_root() {
            let chown = Command::new("chown").arg("postgres").arg(cluster.folder.path()).status();
            chown.map_err(|e| e.to_string())?;
        }
        let data = cluster.data();
        cluster.run("initdb", &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", &data])?;
        let socket = cluster.folder.path().display().to_string();
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -k {socket} -c fsync=off -c max_connections=300"
        );
        let log = format!("{socket}/log");
        cluster.run("pg_ctl", &["-w", "-D", &data, "-o", &options, "-l", &log, "start"])?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// Makes an empty database and gives its address.
    pub fn database(&self, name: &str) -> String {
        let create = format!("CREATE DATABASE {name}");
        let port = self.port.to_string();
        self.run("psql", &["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-c", &create]).unwrap();
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }

    /// PostgreSQL refuses to run as root: then it runs as the user `postgres`.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::null()).spawn().map_err(|e| e.to_string())?;
        let began = Instant::now();
        loop {
            match child.try_wait().map_err(|e| e.to_string())? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("{} ended with {status}", arguments.join(" "))),
                None if began.elapsed() > Duration::from_secs(120) => {
                    let _ = child.kill();
                    return Err("it took more than two minutes".into());
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.run("pg_ctl", &["-m", "immediate", "-D", &self.data(), "stop"]);
    }
}

fn server_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&on_path));
    folders
        .into_iter()
        .rev()
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|me| me.uid() == 0)
}
