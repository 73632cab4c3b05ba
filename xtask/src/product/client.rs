//! A client of one connection: just enough HTTP to ask and to read the answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// No answer takes longer.
const LONGEST: Duration = Duration::from_secs(60);

/// A connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
}

/// An answer.
pub struct Answer {
    /// Status line.
    pub status: String,
    /// When to come again; `None`: it does not say.
    pub retry_after: Option<String>,
    hash: Option<String>,
    /// Its text.
    pub text: String,
}

fn broken(error: std::io::Error) -> String {
    format!("the connection broke: {error}")
}

impl Client {
    /// Connects.
    pub fn connect(address: &str) -> Result<Client, String> {
        let stream = TcpStream::connect(address).map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        stream.set_read_timeout(Some(LONGEST)).map_err(broken)?;
        Ok(Client { stream: BufReader::new(stream) })
    }

    /// Posts a GraphQL request; anything but an answer without errors is an error.
    pub fn ask(&mut self, token: &str, body: &str) -> Result<String, String> {
        let (status, answer) = self.post(token, body)?;
        if !status.contains(" 200 ") || answer.contains("\"errors\":") {
            return Err(format!("{status}: {answer}"));
        }
        Ok(answer)
    }

    /// Posts a GraphQL request; the status line and the answer. An error: no whole answer came.
    pub fn post(&mut self, token: &str, body: &str) -> Result<(String, String), String> {
        let answer = self.ask_whole(token, body)?;
        Ok((answer.status, answer.text))
    }

    /// Posts a GraphQL request; all of the answer that anybody looks at. An error: no whole answer came.
    pub fn ask_whole(&mut self, token: &str, body: &str) -> Result<Answer, String> {
        let head = format!("POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\nauthorization: Bearer {token}");
        self.send(&head, body.as_bytes())
    }

    /// Gets a text that everybody may have; anything but that text is an error.
    pub fn get(&mut self, path: &str) -> Result<String, String> {
        let Answer { status, text, .. } = self.send(&format!("GET {path} HTTP/1.1"), &[])?;
        if status.contains(" 200 ") { Ok(text) } else { Err(format!("{status}: {text}")) }
    }

    /// Sends the whole content of a slot for uploads (tus); the hash that it is stored by, or what was said instead. An
    /// error: no whole answer came.
    pub fn upload(&mut self, slot: &str, content: &[u8]) -> Result<Result<String, String>, String> {
        let head = format!(
            "PATCH {slot} HTTP/1.1\r\ncontent-type: application/offset+octet-stream\r\ntus-resumable: 1.0.0\r\n\
             upload-offset: 0"
        );
        let Answer { status, hash, text, .. } = self.send(&head, content)?;
        Ok(hash.filter(|_| status.contains(" 204 ")).ok_or_else(|| format!("{status}: {text}")))
    }

    /// A line of the head. A server that dies while it writes one has not answered.
    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).map_err(broken)?;
        if line.ends_with('\n') { Ok(line) } else { Err("the connection broke: it was closed".to_owned()) }
    }

    /// Sends a request, of which the head lacks host and length, and reads the answer.
    fn send(&mut self, head: &str, body: &[u8]) -> Result<Answer, String> {
        let head = format!("{head}\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
        self.stream.get_mut().write_all(&[head.as_bytes(), body].concat()).map_err(broken)?;
        let status = self.line()?;
        let (mut length, mut hash, mut retry_after) = (0, None, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().map_err(|_| format!("no length: {line}"))?,
                "retry-after" => retry_after = Some(value.trim().to_owned()),
                "content-hash" => hash = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let mut text = vec![0; length];
        self.stream.read_exact(&mut text).map_err(broken)?;
        let text = String::from_utf8(text).map_err(|_| "the answer is not UTF-8".to_owned())?;
        Ok(Answer { status: status.trim().to_owned(), retry_after, hash, text })
    }
}
