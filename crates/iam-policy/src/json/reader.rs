//! The reader: RFC 8259, bounded in depth, with no key twice.

use super::Json;
use crate::error::{PolicyError, Problem};

/// How deep lists and objects may nest. A policy needs six levels; the rest is room for elements that AWS may add.
pub(crate) const MAXIMUM_DEPTH: usize = 32;

impl Json {
    /// Reads one JSON text, and nothing after it.
    pub(crate) fn read(text: &str) -> Result<Self, PolicyError> {
        let mut reader = Reader { text, position: 0 };
        let value = reader.value(0)?;
        reader.skip_white_space();
        match reader.peek() {
            None => Ok(value),
            Some(_) => Err(reader.wrong("more text after the end of the document")),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    /// In bytes, always at the border of a character.
    position: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_white_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.position += 1;
        }
    }

    /// Passes over `token` when it comes next.
    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.position += token.len();
        }
        found
    }

    fn wrong(&self, message: &str) -> PolicyError {
        let before = self.text.get(..self.position).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        PolicyError::new(Problem::Syntax {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            message: message.to_owned(),
        })
    }

    fn value(&mut self, depth: usize) -> Result<Json, PolicyError> {
        if depth > MAXIMUM_DEPTH {
            return Err(PolicyError::new(Problem::TooDeep { maximum: MAXIMUM_DEPTH }));
        }
        self.skip_white_space();
        match self.peek() {
            None => Err(self.wrong("the text ends where a value should be")),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Json::String(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) if self.take("true") => Ok(Json::Boolean(true)),
            Some(_) if self.take("false") => Ok(Json::Boolean(false)),
            Some(_) if self.take("null") => Ok(Json::Null),
            Some(_) => Err(self.wrong("expected a value")),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, PolicyError> {
        self.position += 1;
        let mut items = Vec::new();
        self.skip_white_space();
        if self.take("]") {
            return Ok(Json::List(items));
        }
        loop {
            let item = self.value(depth + 1).map_err(|error| error.in_index(items.len()))?;
            items.push(item);
            self.skip_white_space();
            if self.take("]") {
                return Ok(Json::List(items));
            }
            if !self.take(",") {
                return Err(self.wrong("expected `,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, PolicyError> {
        self.position += 1;
        let mut entries = Vec::new();
        self.skip_white_space();
        if self.take("}") {
            return Ok(Json::Object(entries));
        }
        loop {
            entries.push(self.entry(depth)?);
            self.skip_white_space();
            if self.take("}") {
                refuse_duplicates(&entries)?;
                return Ok(Json::Object(entries));
            }
            if !self.take(",") {
                return Err(self.wrong("expected `,` or `}`"));
            }
        }
    }

    fn entry(&mut self, depth: usize) -> Result<(String, Json), PolicyError> {
        self.skip_white_space();
        if self.peek() != Some(b'"') {
            return Err(self.wrong("expected a key in double quotes"));
        }
        let key = self.string()?;
        self.skip_white_space();
        if !self.take(":") {
            return Err(self.wrong("expected `:`"));
        }
        let value = self.value(depth + 1).map_err(|error| error.in_key(&key))?;
        Ok((key, value))
    }

    fn string(&mut self) -> Result<String, PolicyError> {
        self.position += 1;
        let mut text = String::new();
        loop {
            let plain_length =
                self.rest().find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(self.rest().len());
            text.push_str(self.rest().get(..plain_length).unwrap_or_default());
            self.position += plain_length;
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => return Err(self.wrong("a control character in a string must be escaped")),
                None => return Err(self.wrong("the text ends within a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, PolicyError> {
        let start = self.position;
        self.position += 1;
        let escaped = self.peek();
        self.position += usize::from(escaped.is_some_and(|byte| byte.is_ascii()));
        let character = match escaped {
            Some(plain @ (b'"' | b'\\' | b'/')) => Some(char::from(plain)),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'u') => self.unicode_escape(),
            Some(_) | None => None,
        };
        character.ok_or_else(|| {
            self.position = start;
            self.wrong("not a valid escape in a string")
        })
    }

    /// The character of `\uXXXX`, or of a pair of surrogates. A surrogate by itself is no character.
    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if !self.take("\\u") {
            return None;
        }
        let second = self.four_digits()?;
        if !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.position += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn number(&mut self) -> Result<Json, PolicyError> {
        let start = self.position;
        self.take("-");
        let leading_zero = self.peek() == Some(b'0');
        let whole_digits = self.digits();
        let mut valid = whole_digits == 1 || (whole_digits > 1 && !leading_zero);
        if self.take(".") {
            valid &= self.digits() > 0;
        }
        if self.take("e") || self.take("E") {
            let _signed = self.take("+") || self.take("-");
            valid &= self.digits() > 0;
        }
        if !valid {
            self.position = start;
            return Err(self.wrong("not a valid number"));
        }
        Ok(Json::Number(self.text.get(start..self.position).unwrap_or_default().to_owned()))
    }

    /// Passes over digits, and says how many there were.
    fn digits(&mut self) -> usize {
        let start = self.position;
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        self.position - start
    }
}

/// Sorts references to the keys: a set would copy or hash each of them, and most objects have four.
fn refuse_duplicates(entries: &[(String, Json)]) -> Result<(), PolicyError> {
    let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    let neighbours = keys.iter().zip(keys.iter().skip(1));
    match neighbours.into_iter().find(|(key, next)| key == next) {
        Some((key, _)) => Err(PolicyError::new(Problem::DuplicateKey { key: (*key).to_owned() })),
        None => Ok(()),
    }
}
