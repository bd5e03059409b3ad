//! Why no answer came, in words.

use std::error::Error;
use std::fmt;
use std::io;

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// What went wrong.
    pub kind: UnreachableKind,
    /// The innermost cause, as the library that met it says it.
    pub detail: String,
    /// Whether the workspace may have received the request, and done what it asks for.
    pub maybe_sent: bool,
}

/// The ways of not getting an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreachableKind {
    /// The host's name does not resolve.
    Name,
    /// Nothing listens at the address.
    Refused,
    /// The TLS certificate is not trusted.
    Certificate,
    /// The TLS handshake failed for another reason.
    Tls,
    /// No answer came in time.
    TimedOut,
    /// The connection ended before the answer did.
    Cut,
    /// Nothing was sent, because the run was interrupted.
    Interrupted,
    /// Anything else.
    Other,
}

impl Unreachable {
    /// Reads the chain of causes of a request that failed.
    pub(crate) fn classify(error: &reqwest::Error) -> Self {
        let causes = Causes::of(error);
        let kind = if error.is_dns() {
            UnreachableKind::Name
        } else if error.is_timeout() || causes.has(io::ErrorKind::TimedOut) {
            UnreachableKind::TimedOut
        } else if causes.has(io::ErrorKind::ConnectionRefused) {
            UnreachableKind::Refused
        } else if causes.mentions(&["certificate", "UnknownIssuer"]) {
            UnreachableKind::Certificate
        } else if error.is_connect()
            && (causes.has(io::ErrorKind::InvalidData)
                || causes.mentions(&["tls", "handshake", "corrupt message", "fatal alert"]))
        {
            UnreachableKind::Tls
        } else if causes.has(io::ErrorKind::ConnectionReset)
            || causes.has(io::ErrorKind::BrokenPipe)
            || causes.has(io::ErrorKind::UnexpectedEof)
            || causes.mentions(&["connection closed", "incomplete message", "end of file"])
        {
            UnreachableKind::Cut
        } else {
            UnreachableKind::Other
        };
        Self { kind, detail: causes.innermost(), maybe_sent: !error.is_connect() }
    }

    /// A call that had still to wait when the run was interrupted.
    pub(crate) fn interrupted() -> Self {
        Self { kind: UnreachableKind::Interrupted, detail: String::new(), maybe_sent: false }
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> &'static str {
        match self.kind {
            UnreachableKind::Name => {
                "check the spelling of the host, and that this machine's name server knows it (a VPN may be needed)"
            }
            UnreachableKind::Refused => "check host and port, and whether a proxy or firewall stands between",
            UnreachableKind::Certificate => {
                "if a proxy here opens TLS connections, add its certificate authority to the system's trusted ones"
            }
            UnreachableKind::Tls => "check that the host speaks https at this port",
            UnreachableKind::TimedOut => {
                "check the network and a proxy on the way (HTTPS_PROXY), or allow more time by --timeout"
            }
            UnreachableKind::Interrupted => "run it again: it goes on where it stopped",
            UnreachableKind::Cut | UnreachableKind::Other => {
                "check the network and a proxy on the way (HTTPS_PROXY), then run it again: nothing is done twice"
            }
        }
    }
}

impl fmt::Display for Unreachable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, detail, maybe_sent: _ } = self;
        let said_by_kind = matches!(kind, UnreachableKind::Refused | UnreachableKind::TimedOut);
        if detail.is_empty() || said_by_kind {
            write!(formatter, "{kind}")
        } else {
            write!(formatter, "{kind}: {detail}")
        }
    }
}

impl fmt::Display for UnreachableKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "its name does not resolve (DNS)",
            Self::Refused => "nothing listens there (connection refused)",
            Self::Certificate => "its TLS certificate is not trusted",
            Self::Tls => "the TLS handshake failed",
            Self::TimedOut => "no answer came in time",
            Self::Cut => "the connection was cut before the answer was whole",
            Self::Interrupted => "nothing was sent",
            Self::Other => "the connection failed",
        })
    }
}

/// An error and all its sources, outermost first.
struct Causes<'a>(Vec<&'a (dyn Error + 'static)>);

impl<'a> Causes<'a> {
    fn of(error: &'a (dyn Error + 'static)) -> Self {
        let mut causes = vec![error];
        let mut outer = error;
        while let Some(inner) = outer.source() {
            causes.push(inner);
            outer = inner;
        }
        Self(causes)
    }

    fn has(&self, kind: io::ErrorKind) -> bool {
        self.0.iter().any(|error| error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == kind))
    }

    fn mentions(&self, marks: &[&str]) -> bool {
        // The outermost text holds the address, where any of the words may stand.
        let texts = self.0.iter().skip(1).map(ToString::to_string);
        texts.into_iter().any(|text| marks.iter().any(|mark| text.contains(mark)))
    }

    fn innermost(&self) -> String {
        self.0.iter().skip(1).next_back().map(ToString::to_string).unwrap_or_default()
    }
}
