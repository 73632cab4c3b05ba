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
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).map_err(broken)?;
        let mut status = String::new();
        if self.stream.read_line(&mut status).map_err(broken)? == 0 {
            return Err("the connection broke: it was closed".to_owned());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).map_err(broken)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().map_err(|_| format!("no length: {line}"))?;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).map_err(broken)?;
        let answer = String::from_utf8(answer).map_err(|_| "the answer is not UTF-8".to_owned())?;
        Ok((status.trim().to_owned(), answer))
    }
}
