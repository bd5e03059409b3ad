//! A gate before somebody else's AWS server: it lets every call pass but one that writes, which it holds, before the server has it
//! or after the server has done it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::process::RUNTIME;

/// Which call is held.
#[derive(Clone, Copy, Debug)]
pub struct Hold {
    /// Which of the writing calls, from 0.
    pub place: u32,
    /// Whether the server has done it by then.
    pub after_effect: bool,
}

/// An open gate, which closes with this value. What is held is never answered.
pub struct Gate {
    url: String,
    /// The name of the call that is held.
    held: watch::Receiver<Option<String>>,
    task: JoinHandle<()>,
}

struct Keeper {
    server: String,
    hold: Hold,
    writes: AtomicU32,
    held: watch::Sender<Option<String>>,
    client: reqwest::Client,
}

struct Request {
    head: String,
    body: Vec<u8>,
}

impl Gate {
    /// Opens a gate before a server.
    pub fn before(server: &str, what: Hold) -> Self {
        let (sender, held) = watch::channel(None);
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let keeper = Keeper { server: server.to_owned(), hold: what, writes: AtomicU32::new(0), held: sender, client };
        let listener = RUNTIME.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let task = RUNTIME.spawn(async move {
            let keeper = Arc::new(keeper);
            while let Ok((stream, _)) = listener.accept().await {
                let keeper = Arc::clone(&keeper);
                tokio::spawn(async move { keeper.serve(stream).await });
            }
        });
        Self { url, held, task }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits for the call that is held; returns its name.
    pub async fn held(&mut self) -> String {
        let held = self.held.wait_for(Option::is_some).await.expect("the gate is open");
        held.clone().expect("it was waited for")
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Keeper {
    /// Takes one call of a connection: the answer says that it is the last one.
    async fn serve(&self, mut stream: TcpStream) {
        let Some(request) = read(&mut stream).await else { return };
        let writes = request.writes();
        let is_held = writes && self.writes.fetch_add(1, Ordering::SeqCst) == self.hold.place;
        let answer = if is_held && !self.hold.after_effect { None } else { Some(self.pass(&request).await) };
        match answer {
            Some(answer) if !is_held => {
                // Whoever was killed does not read it.
                let _ = stream.write_all(&answer).await;
            }
            _ => {
                self.held.send_replace(Some(request.operation()));
                std::future::pending::<()>().await;
            }
        }
    }

    async fn pass(&self, request: &Request) -> Vec<u8> {
        let passed = ["authorization", "content-type", "x-amz-target", "x-amz-date", "x-amz-security-token"];
        let mut forward = self.client.post(&self.server).body(request.body.clone());
        for (name, value) in passed.iter().filter_map(|name| Some((*name, request.header(name)?))) {
            forward = forward.header(name, value);
        }
        let answer = forward.send().await.expect("the server answers");
        let status = answer.status();
        let media_type = answer.headers().get("content-type").map_or("text/xml", |value| value.to_str().expect("text"));
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\nconnection: close\r\n");
        let body = answer.bytes().await.expect("a whole answer");
        [format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes(), body.to_vec()].concat()
    }
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// The JSON protocol names it in a header, the query protocol in the body.
    fn operation(&self) -> String {
        let target = self.header("x-amz-target").and_then(|target| target.split_once('.'));
        let action = || url::form_urlencoded::parse(&self.body).find(|(name, _)| name == "Action");
        target.map_or_else(
            || action().map(|(_, action)| action.into_owned()).unwrap_or_default(),
            |(_, name)| name.to_owned(),
        )
    }

    fn writes(&self) -> bool {
        let operation = self.operation();
        !["Get", "List", "Describe", "Simulate"].iter().any(|verb| operation.starts_with(verb))
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let body = bytes.split_off(end + 4);
    let mut request = Request { head: String::from_utf8(bytes).ok()?, body };
    let length: usize = request.header("content-length").map_or(Some(0), |length| length.parse().ok())?;
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}
