//! A client of one connection: just enough HTTP to ask and to read the answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// A connection that is kept.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
}

fn broken(error: std::io::Error) -> String {
    format!("the connection broke: {error}")
}

impl Client {
    /// Connects.
    pub(super) fn connect(address: &str) -> Result<Client, String> {
        let stream = TcpStream::connect(address).map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        Ok(Client { stream: BufReader::new(stream) })
    }

    /// Posts a GraphQL request; anything but an answer without errors is an error.
    pub(super) fn ask(&mut self, token: &str, body: &str) -> Result<String, String> {
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).map_err(broken)?;
        let mut status = String::new();
        self.stream.read_line(&mut status).map_err(broken)?;
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
        if !status.contains(" 200 ") || answer.contains("\"errors\":") {
            return Err(format!("{}: {answer}", status.trim()));
        }
        Ok(answer)
    }
}
