//! The guard in front of standard input: reads frames, and passes on only those that are JSON-RPC messages.
//!
//! The framework's codec ends the server at the first frame it cannot decode. A frame that is none becomes a request
//! of a method that only this server knows ([`MALFORMED`]), so that the error answer keeps its place in the order.
//! Lines between frames that are no headers (a stray print of a wrapper script) are skipped.
//!
//! Source: LSP 3.17, Base Protocol; JSON-RPC 2.0 section 5.1.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tower_lsp::jsonrpc::{Request, Response};
use tracing::warn;

/// The method that a malformed frame is passed on as; its parameter is the error's code.
pub(crate) const MALFORMED: &str = "$/ties/malformedFrame";

/// The longest line that is read as a header.
const MAX_HEADER: u64 = 8 * 1024;
/// The largest frame that is read; anything beyond is skipped.
const MAX_FRAME: u64 = 256 * 1024 * 1024;

/// Copies the frames of `input` to `output`, the malformed ones replaced, until either ends.
pub(crate) async fn guard(input: impl AsyncRead + Unpin, mut output: impl AsyncWrite + Unpin) {
    let mut input = BufReader::new(input);
    loop {
        let body = match read_frame(&mut input).await {
            Ok(Frame::Body(body)) => judge(body),
            Ok(Frame::TooLarge(length)) => {
                warn!("skipped a frame of {length} bytes");
                malformed(-32600, &Value::Null)
            }
            Ok(Frame::End) => return,
            Err(error) => {
                warn!("standard input cannot be read: {error}");
                return;
            }
        };
        let header = format!("Content-Length: {}\r\n\r\n", body.len());
        let written = async {
            output.write_all(header.as_bytes()).await?;
            output.write_all(&body).await?;
            output.flush().await
        };
        if written.await.is_err() {
            return; // The server has ended; there is nobody to read.
        }
    }
}

enum Frame {
    Body(Vec<u8>),
    TooLarge(u64),
    End,
}

async fn read_frame<R: AsyncRead + Unpin>(input: &mut BufReader<R>) -> std::io::Result<Frame> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let n_read = (&mut *input)
            .take(MAX_HEADER)
            .read_until(b'\n', &mut line)
            .await?;
        if n_read == 0 {
            return Ok(Frame::End);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        match (text.is_empty(), length) {
            (true, Some(length)) => return read_body(input, length).await,
            (true, None) => {}
            (false, _) => match text.split_once(':') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().ok();
                    if length.is_none() {
                        warn!("skipped a header with no length: {text:?}");
                    }
                }
                Some((name, _)) if name.trim().eq_ignore_ascii_case("content-type") => {}
                _ => {
                    warn!("skipped a line that is no header: {:?}", shortened(text));
                    length = length_at_end(text);
                }
            },
        }
    }
}

/// Returns the length that a header at the end of a line gives: the rest of a message whose own length was wrong has no line
/// break behind it.
fn length_at_end(line: &str) -> Option<u64> {
    const NAME: &str = "content-length:";
    let start = line.len().checked_sub(NAME.len())?;
    let name = (0..=start).rev().find(|&at| {
        line.get(at..at + NAME.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    })?;
    line[name + NAME.len()..].trim().parse().ok()
}

/// Returns the beginning of a text, enough to know it by.
fn shortened(text: &str) -> &str {
    let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

async fn read_body<R: AsyncRead + Unpin>(
    input: &mut BufReader<R>,
    length: u64,
) -> std::io::Result<Frame> {
    let mut body = (&mut *input).take(length);
    if length > MAX_FRAME {
        let n_read = tokio::io::copy(&mut body, &mut tokio::io::sink()).await?;
        return Ok(if n_read < length {
            Frame::End
        } else {
            Frame::TooLarge(length)
        });
    }
    // Grown as it arrives: a length is a claim, not a fact.
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).await?;
    if (bytes.len() as u64) < length {
        return Ok(Frame::End);
    }
    Ok(Frame::Body(bytes))
}

/// Returns `body` if it is a message, else the request that stands for it.
fn judge(body: Vec<u8>) -> Vec<u8> {
    let error = match serde_json::from_slice::<Value>(&body) {
        Err(error) => {
            warn!("skipped a frame that is no JSON: {error}");
            return malformed(-32700, &Value::Null);
        }
        Ok(value) => {
            let is_request = value.get("method").is_some_and(Value::is_string)
                && serde_json::from_slice::<Request>(&body).is_ok();
            let is_response = || serde_json::from_slice::<Response>(&body).is_ok();
            if is_request || is_response() {
                return body;
            }
            value
        }
    };
    warn!("skipped a frame that is no JSON-RPC message");
    let id = error.get("id").filter(|id| id.is_i64() || id.is_string());
    malformed(-32600, id.unwrap_or(&Value::Null))
}

fn malformed(code: i32, id: &Value) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": id, "method": MALFORMED, "params": {"code": code}})
        .to_string()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(input: &[u8]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime starts");
        let mut output = Vec::new();
        runtime.block_on(guard(input, &mut output));
        let mut rest = String::from_utf8(output).expect("frames are UTF-8");
        let mut bodies = Vec::new();
        while let Some((header, after)) = rest.split_once("\r\n\r\n") {
            let length: usize = header["Content-Length: ".len()..]
                .parse()
                .expect("a number");
            bodies.push(after[..length].to_owned());
            rest = after[length..].to_owned();
        }
        bodies
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const HOVER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"hover"}"#;

    #[test]
    fn messages_pass_unchanged() {
        let response = r#"{"jsonrpc":"2.0","id":1,"result":null}"#;
        let input = format!(
            "content-type: x; charset=utf-8\r\n{}{}",
            frame(HOVER),
            frame(response)
        );
        assert_eq!(run(input.as_bytes()), [HOVER, response]);
    }

    #[test]
    fn what_is_no_message_is_answered_and_the_next_one_read() {
        for (bad, code, id) in [
            ("{", -32700, Value::Null),
            ("", -32700, Value::Null),
            ("[]", -32600, Value::Null),
            ("7", -32600, Value::Null),
            ("{}", -32600, Value::Null),
            (r#"{"jsonrpc":"1.0","id":3,"method":"x"}"#, -32600, json!(3)),
            (
                r#"{"jsonrpc":"2.0","id":"a","method":4}"#,
                -32600,
                json!("a"),
            ),
            (
                r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#,
                -32600,
                Value::Null,
            ),
        ] {
            let bodies = run((frame(bad) + &frame(HOVER)).as_bytes());
            let first: Value = serde_json::from_str(&bodies[0]).expect("JSON");
            assert_eq!(first["params"]["code"], code, "{bad}");
            assert_eq!(first["id"], id, "{bad}");
            assert_eq!(bodies[1], HOVER, "{bad}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_answered() {
        let mut input = b"Content-Length: 2\r\n\r\n\xff\xfe".to_vec();
        input.extend(frame(HOVER).into_bytes());
        assert_eq!(run(&input).len(), 2);
    }

    #[test]
    fn stray_lines_between_frames_are_skipped() {
        let input = format!("starting up\n\nContent-Length: x\r\n\r\n{}", frame(HOVER));
        assert_eq!(run(input.as_bytes()), [HOVER]);
    }

    #[test]
    fn a_wrong_length_costs_the_message_and_at_most_the_next() {
        let next = frame(HOVER);
        // Too short: the rest of the body stands before the next header.
        let bodies = run(format!("Content-Length: 7\r\n\r\n{HOVER}{next}").as_bytes());
        assert_eq!(bodies.len(), 2, "{bodies:?}");
        assert_eq!(bodies[1], HOVER);
        // Too long: the next header is taken for body.
        let length = HOVER.len() + 9;
        let bodies = run(format!("Content-Length: {length}\r\n\r\n{HOVER}{next}{next}").as_bytes());
        assert_eq!(bodies.len(), 2, "{bodies:?}");
        assert!(
            bodies[0].contains("-32700") && bodies[1] == HOVER,
            "{bodies:?}"
        );
    }

    #[test]
    fn a_cut_frame_ends_quietly() {
        assert_eq!(run(b"Content-Length: 999999999999\r\n\r\n{"), [""; 0]);
        assert_eq!(run(b"Content-Length: 10\r\n\r\n{"), [""; 0]);
        assert_eq!(run(b"Content-Le"), [""; 0]);
    }
}
