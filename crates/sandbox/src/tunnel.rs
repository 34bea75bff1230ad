//! The forward proxy: `CONNECT`, the certificate for the host, HTTP inside; and the control routes for everybody else.
//!
//! A name that belongs to no cloud is refused with 403. A vault that does not exist has no host name outside, so its tunnel is refused with
//! 502, as a forward proxy does when a name cannot be resolved. Nothing is ever forwarded anywhere.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use time::OffsetDateTime;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::call::{Call, Reply};
use crate::clouds::{Clouds, Standing, locked};
use crate::faults::{self, Kind};

/// The largest request body that is read.
const BODY_LIMIT: usize = 1024 * 1024;

/// Accepts connections for ever; dropping the future ends them all.
pub(crate) async fn accept(listener: TcpListener, clouds: Arc<Clouds>, control: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, Arc::clone(&clouds), control.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

/// A tunnel that was granted and waits for the connection to be handed over.
type Granted = Mutex<Option<(String, OnUpgrade)>>;

async fn connection(stream: TcpStream, clouds: Arc<Clouds>, control: Router) {
    let granted = Granted::default();
    let service = service_fn(|request| outer(request, &clouds, &control, &granted));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
    let tunnel = locked(&granted).take();
    if let Some((host, upgrade)) = tunnel
        && let Err(error) = inside(&host, upgrade, &clouds).await
    {
        tracing::debug!(%host, %error, "a tunnel ended early");
    }
}

/// What arrives on the sandbox's own port.
async fn outer(
    mut request: Request<Incoming>,
    clouds: &Arc<Clouds>,
    control: &Router,
    granted: &Granted,
) -> Result<Response<Body>, Infallible> {
    if request.method() == Method::CONNECT {
        let target = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        return Ok(match open(clouds, &target) {
            Ok(host) => {
                *locked(granted) = Some((host, hyper::upgrade::on(&mut request)));
                Response::new(Body::empty())
            }
            Err(reply) => {
                let host = target.split(':').next().unwrap_or_default();
                let status = Some(reply.status.as_u16());
                locked(&clouds.calls).note(OffsetDateTime::now_utc(), host, "CONNECT", &target, status, None);
                send(reply)
            }
        });
    }
    if request.uri().authority().is_some() {
        return Ok(send(refusal(
            403,
            "This proxy only opens tunnels (CONNECT) to the clouds that it simulates.",
        )));
    }
    if !request.uri().path().starts_with("/_sandbox") {
        return Ok(send(refusal(
            404,
            "This is the BYOK sandbox, a forward proxy; its own pages are below /_sandbox/.",
        )));
    }
    if !asked_for_loopback(&request) {
        return Ok(send(refusal(403, "The sandbox answers to loopback host names only.")));
    }
    Ok(control.clone().oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {}))
}

/// The host to which a tunnel may be opened.
fn open(clouds: &Clouds, target: &str) -> Result<String, Reply> {
    let (host, port) = target.rsplit_once(':').unwrap_or((target, ""));
    let host = host.to_ascii_lowercase();
    if port != "443" {
        return Err(refusal(403, &format!("The sandbox opens tunnels to port 443 only, not to `{target}`.")));
    }
    match clouds.standing(&host) {
        Standing::Known => Ok(host),
        Standing::UnknownVault => Err(refusal(
            502,
            &format!(
                "The name `{host}` does not resolve: the sandbox has no vault of this name, or it is still being registered. Put one in with POST /_sandbox/world."
            ),
        )),
        Standing::Foreign => {
            Err(refusal(403, &format!("`{host}` is none of the clouds that the sandbox simulates.")))
        }
    }
}

fn asked_for_loopback(request: &Request<Incoming>) -> bool {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.parse::<SocketAddr>().map(|address| address.ip().to_string());
    let name = name.unwrap_or_else(|_| host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned());
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// TLS and HTTP inside a tunnel.
async fn inside(
    host: &str,
    upgrade: OnUpgrade,
    clouds: &Arc<Clouds>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let config = clouds.authority.server(host)?;
    let stream = TokioIo::new(upgrade.await?);
    let stream = TlsAcceptor::from(config).accept(stream).await?;
    let service = service_fn(|request| respond(request, host, clouds));
    http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await?;
    Ok(())
}

/// One call to a cloud, with whatever fault waits for it.
async fn respond(
    request: Request<Incoming>,
    host: &str,
    clouds: &Arc<Clouds>,
) -> Result<Response<Body>, io::Error> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(send(Reply::empty(413).with("connection", "close")));
    };
    let sent = parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string);
    let now = OffsetDateTime::now_utc();
    let method = parts.method.clone();
    let mut call = Call::new(host, parts.method, &parts.uri, parts.headers, body.to_bytes(), now);
    let fault = faults::take(&mut locked(&clouds.faults), &call);
    let note = |status: Option<u16>| {
        let kind = fault.as_ref().map(|fault| fault.kind.name());
        locked(&clouds.calls).note(now, host, method.as_str(), &sent, status, kind);
    };
    let Some(fault) = &fault else {
        let reply = clouds.answer(&call).await;
        note(Some(reply.status.as_u16()));
        return Ok(send(reply));
    };
    let wait = Duration::from_millis(fault.millis);
    if !fault.after_acting {
        tokio::time::sleep(wait).await;
    }
    let acted = if fault.after_acting || fault.kind == Kind::Delay {
        call.now = OffsetDateTime::now_utc();
        Some(clouds.answer(&call).await)
    } else {
        None
    };
    if fault.after_acting {
        tokio::time::sleep(wait).await;
    }
    let reply = match (fault.kind, acted) {
        (Kind::Drop, _) => {
            note(None);
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "dropped on request"));
        }
        (Kind::Delay | Kind::Truncate, Some(reply)) => reply,
        (_, _) => fault.reply(&call.host),
    };
    note(Some(reply.status.as_u16()));
    Ok(if fault.kind == Kind::Truncate { send_truncated(reply) } else { send(reply) })
}

fn send(reply: Reply) -> Response<Body> {
    let body = Body::from(reply.body.clone());
    reply.into_response(body)
}

/// Promises the whole body and sends half of it.
fn send_truncated(reply: Reply) -> Response<Body> {
    let body = Half {
        left: Some(reply.body.slice(..reply.body.len() / 2)),
        promised: reply.body.len().max(2) as u64,
        pause: Box::pin(tokio::time::sleep(Duration::from_millis(20))),
    };
    reply.into_response(Body::new(body))
}

/// The first half of a body, then an error that cuts the connection.
struct Half {
    left: Option<Bytes>,
    promised: u64,
    /// Lets head and first half leave the house before the error takes back what was only buffered.
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl HttpBody for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.left.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut off on request"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}

fn refusal(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({"error": text}))
}
