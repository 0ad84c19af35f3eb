//! A throwaway PostgreSQL cluster: made by the first test that wants one; a watcher stops it and removes its files when the
//! test process is gone, even when that was killed.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// A running cluster.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
    /// PostgreSQL copies a template to make a database, and cannot make two at once.
    making: Mutex<()>,
}

/// The running cluster; `Err` says why there can be none.
pub fn cluster() -> Result<&'static Cluster, String> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start).as_ref().map_err(Clone::clone)
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let bin =
            server_programs().ok_or("PostgreSQL's server programs (initdb, pg_ctl) are not installed")?;
        let said = |error: std::io::Error| error.to_string();
        let folder = tempfile::Builder::new().prefix("wsic-pg").tempdir().map_err(said)?.keep();
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(said)?.port();
        let cluster = Self { bin, folder, port, making: Mutex::new(()) };
        if is_root() {
            Command::new("chown").arg("postgres").arg(&cluster.folder).status().map_err(said)?;
        }
        cluster.watch().map_err(said)?;
        let data = cluster.data();
        cluster.run("initdb", &["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync", "-D", &data])?;
        let socket = cluster.folder.display();
        // Durable where that is what is measured.
        let fsync = if std::env::var_os("WSIC_BENCH").is_some() { "on" } else { "off" };
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -k {socket} -c fsync={fsync} -c max_connections=300"
        );
        let log = format!("{socket}/log");
        cluster.run("pg_ctl", &["-w", "-D", &data, "-o", &options, "-l", &log, "start"])?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    /// Makes an empty database and gives its address.
    pub fn database(&self, name: &str) -> String {
        let _one_at_a_time = self.making.lock().unwrap();
        let create = format!("CREATE DATABASE {name}");
        let port = self.port.to_string();
        self.run("psql", &["-q", "-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-c", &create]).unwrap();
        format!("postgres://postgres@127.0.0.1:{port}/{name}")
    }

    /// Runs one of PostgreSQL's programs; as the user `postgres` when we are root, which it refuses to run as.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        // Not a pipe: the server would keep it open and we should wait for ever.
        let said = self.folder.join("said");
        let to = std::fs::File::create(&said).map_err(|e| e.to_string())?;
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(to);
        let status = command.status().map_err(|e| e.to_string())?;
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(said).unwrap_or_default();
        Err(format!("{} ended with {status}: {said}", program.display()))
    }

    /// A process of its own that waits until this one is gone.
    fn watch(&self) -> std::io::Result<()> {
        const WATCH: &str = "while kill -0 \"$1\" 2>/dev/null; do sleep 0.3; done; \
             if [ -f \"$2/data/postmaster.pid\" ]; then kill -QUIT \"$(head -n 1 \"$2/data/postmaster.pid\")\"; fi; \
             sleep 0.5; rm -rf \"$2\"";
        let mut command = Command::new("sh");
        command.args(["-c", WATCH, "sh", &std::process::id().to_string()]).arg(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        std::os::unix::process::CommandExt::process_group(&mut command, 0).spawn().map(|_| ())
    }
}

fn server_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort_by(|one, other| other.cmp(one));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&on_path));
    folders
        .into_iter()
        .find(|folder| ["initdb", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file()))
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|me| me.uid() == 0)
}
