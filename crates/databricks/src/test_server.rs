//! A server for tests that answers from a script, byte for byte: what no well-behaved server says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One answer of the script.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A status, more header lines, a body.
    Http(u16, &'static str, String),
    /// The connection ends after the request was read.
    Cut,
    /// Nothing is said for as long as the client waits.
    Silence,
}

/// The requests as they came in: request line, headers, body.
pub(crate) type Requests = Arc<Mutex<Vec<String>>>;

pub(crate) struct Server {
    pub(crate) address: String,
    requests: Requests,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl Server {
    /// Starts a server that gives these answers in order, and 599 after the last.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Requests::default();
        let script = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let (log, answers) = (Arc::clone(&requests), Arc::clone(&script));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let answer = answers.lock().unwrap().pop_front().unwrap_or(Answer::Http(
                    599,
                    "",
                    "the script is over".to_owned(),
                ));
                tokio::spawn(serve(stream, answer, Arc::clone(&log)));
            }
        });
        Self { address, requests, script }
    }

    /// Adds answers to the end of the script: those that must know the server's address.
    pub(crate) fn extend(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().unwrap().extend(answers);
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The request lines only, without the protocol's version.
    pub(crate) fn request_lines(&self) -> Vec<String> {
        let line =
            |request: &String| request.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
        self.requests().iter().map(line).collect()
    }
}

pub(crate) fn json(status: u16, body: &serde_json::Value) -> Answer {
    Answer::Http(status, "content-type: application/json\r\n", body.to_string())
}

async fn serve(mut stream: TcpStream, answer: Answer, log: Requests) {
    let request = read_request(&mut stream).await;
    log.lock().unwrap().push(request);
    match answer {
        Answer::Http(status, headers, body) => {
            let length = body.len();
            let text =
                format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
            // The client may be gone already: that is its own affair.
            drop(stream.write_all(text.as_bytes()).await);
        }
        Answer::Cut => {}
        Answer::Silence => std::future::pending().await,
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // The beginning of a TLS handshake is no request, and is answered like one.
        if bytes.first() == Some(&0x16) {
            return text;
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return text;
        }
    }
}
