//! Each route, and everything that can be wrong with a request.

use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use super::{Cloud, Fixture, get, write};
use crate::routes::routes;

/// The routes of the design; `GET` of health and document beside them.
const PROMISED: &[(&str, &[&str])] = &[
    ("/api/v1/session", &["get", "post"]),
    ("/api/v1/regions", &["get"]),
    ("/api/v1/environments", &["get"]),
    ("/api/v1/environments/{env}/clusters", &["get"]),
    ("/api/v1/environments/{env}/networks", &["get"]),
    ("/api/v1/keys", &["get", "post"]),
    ("/api/v1/keys/{id}", &["get", "delete"]),
    ("/api/v1/clusters", &["post"]),
    ("/api/v1/operations", &["get"]),
    ("/api/v1/operations/{id}", &["get"]),
    ("/api/v1/operations/{id}/events", &["get"]),
    ("/livez", &["get"]),
    ("/readyz", &["get"]),
    ("/api/v1/preflight", &["post"]),
    ("/api/v1/quotas", &["get"]),
    ("/api/v1/audit", &["get"]),
    ("/api/v1/operations/{id}/decisions", &["post"]),
    ("/metrics", &["get"]),
    ("/api/openapi.json", &["get"]),
];

#[tokio::test]
async fn the_document_names_every_route_and_no_other() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let document = fixture.get("/api/openapi.json").await.json();
    let paths = document["paths"].as_object().expect("paths");
    let mut documented: Vec<(String, Vec<String>)> = paths
        .iter()
        .map(|(path, item)| (path.clone(), item.as_object().expect("an item").keys().cloned().collect()))
        .collect();
    let mut promised: Vec<(String, Vec<String>)> = PROMISED
        .iter()
        .map(|(path, methods)| {
            ((*path).to_owned(), methods.iter().map(|method| (*method).to_owned()).collect())
        })
        .collect();
    for methods in documented.iter_mut().chain(promised.iter_mut()) {
        methods.1.sort();
    }
    documented.sort();
    promised.sort();
    assert_eq!(documented, promised);
}

#[tokio::test]
async fn each_address_takes_the_documented_methods_and_no_other() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let (_, document) = routes(&fixture.proxy);
    for (path, item) in document.paths.paths {
        let concrete = path.replace("{env}", "env-1").replace("{id}", "nothing");
        let documented = [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::DELETE, item.delete.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
        ];
        for (method, is_documented) in documented {
            let answer =
                fixture.send(write(method.clone(), &concrete).body("{}".into()).expect("a request")).await;
            let is_served = answer.status != 405 && !answer.text().contains("unknown-route");
            assert_eq!(is_served, is_documented, "{method} {path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn every_documented_operation_says_that_it_may_end_in_a_problem() {
    let cloud = Cloud::start().await;
    let document = Fixture::new(&cloud).await.get("/api/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let schema =
                &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{method} {path}");
        }
    }
    assert!(document["components"]["schemas"]["Problem"]["properties"]["findings"].is_object());
}

#[tokio::test]
async fn regions_are_listed() {
    let cloud = Cloud::start().await;
    let regions = Fixture::new(&cloud).await.get("/api/v1/regions").await.json();
    let regions = regions["data"].as_array().expect("a list").clone();
    assert!(regions.contains(&json!({ "id": "westeurope", "place": "Netherlands", "zones": true })));
}

#[tokio::test]
async fn environments_clusters_and_networks_are_listed() {
    let cloud = Cloud::start().await;
    cloud.world().networks = vec![
        json!({ "id": "n-1", "spec": { "display_name": "one", "region": "westeurope", "connection_types": ["PEERING", "QUANTUM"] }, "status": { "phase": "READY" } }),
        json!({ "id": "n-2", "spec": { "region": "northeurope", "connection_types": null }, "status": { "phase": "DREAMING" } }),
    ];
    cloud.world().clusters = vec![
        json!({ "id": "lkc-9", "spec": { "display_name": "old", "config": { "kind": "Freight", "max_ecku": 3 }, "availability": "SOMEWHERE" }, "status": { "phase": "MELTING" } }),
    ];
    let fixture = Fixture::new(&cloud).await;
    let environments = fixture.get("/api/v1/environments").await.json();
    assert_eq!(environments["data"], json!([{ "id": "env-1", "display_name": "production" }]));
    let networks = fixture.get("/api/v1/environments/env-1/networks?region=westeurope").await.json();
    assert_eq!(
        networks["data"],
        json!([{ "id": "n-1", "display_name": "one", "region": "westeurope", "connection_types": ["PEERING", "QUANTUM"], "phase": "READY" }])
    );
    let networks = fixture.get("/api/v1/environments/env-1/networks").await.json();
    assert_eq!(networks["data"][1]["phase"], "DREAMING");
    let clusters = fixture.get("/api/v1/environments/env-1/clusters").await.json();
    assert_eq!(clusters["data"][0]["phase"], "MELTING");
    assert_eq!(clusters["data"][0]["kind"], "Freight");
}

#[tokio::test]
async fn health_and_counters_answer() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    assert_eq!(fixture.get("/livez").await.text(), "ok\n");
    assert_eq!(fixture.get("/readyz").await.text(), "ok\n");
    let metrics = fixture.get("/metrics").await.text();
    assert!(
        metrics.contains(r#"byok_http_requests_total{method="GET",route="/livez",status="200"} 1"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn an_unknown_route_is_a_problem() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    for path in ["/api/v1/nothing", "/api", "/api/", "/api/v2/keys", "/api/v1/keys/a/b", "/_sandbox/nothing"]
    {
        assert_eq!(fixture.get(path).await.problem(404)["type"], "/problems/unknown-route", "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let answer = fixture.delete("/api/v1/keys").await;
    answer.problem(405);
    let allow = answer.header("allow");
    assert!(allow.contains("GET") && allow.contains("POST") && !allow.contains("DELETE"), "{allow}");
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_a_problem_and_the_server_goes_on() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let body = vec![b' '; 10 * 1024 * 1024];
    let announced = write(Method::POST, "/api/v1/keys").header("content-length", body.len());
    fixture.send(announced.body(body.clone().into()).expect("a request")).await.problem(413);
    let unannounced = write(Method::POST, "/api/v1/keys");
    fixture.send(unannounced.body(body.into()).expect("a request")).await.problem(413);
    assert_eq!(fixture.get("/livez").await.status, 200);
}

#[tokio::test]
async fn broken_json_is_a_problem_that_says_where() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let request = write(Method::POST, "/api/v1/keys").body("{\n \"key_id\": ".into()).expect("a request");
    let problem = fixture.send(request).await.problem(400);
    assert!(problem["detail"].as_str().unwrap_or_default().contains("line 2"), "{problem}");
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let answer = fixture.post("/api/v1/keys", &json!({ "key_vault_id": "a", "key_id": "b" })).await;
    answer.problem(400);
    assert_eq!(answer.fields(), ["tenant_id"]);
}

#[tokio::test]
async fn a_field_of_the_wrong_kind_is_named() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let mut body = super::creation::wanted();
    body["cku"] = json!("two");
    let answer = fixture.create("draft-00001", &body).await;
    answer.problem(400);
    assert_eq!(answer.fields(), ["cku"]);
    body["cku"] = json!(2);
    body["waivers"] = json!([{ "requirement": "key.validated" }]);
    let answer = fixture.create("draft-00001", &body).await;
    answer.problem(400);
    assert_eq!(answer.fields(), ["waivers[0].reason"]);
}

#[tokio::test]
async fn an_unknown_value_is_named() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let mut body = super::creation::wanted();
    body["availability"] = json!("EVERYWHERE");
    let answer = fixture.create("draft-00001", &body).await;
    answer.problem(422);
    assert_eq!(answer.fields(), ["availability"]);
    assert_eq!(cloud.posts(), 0);
}

#[tokio::test]
async fn a_panic_is_a_problem_and_the_server_goes_on() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    let problem = fixture.get("/api/v1/panic").await.problem(500);
    assert!(!problem.to_string().contains("on purpose"));
    assert_eq!(fixture.get("/livez").await.status, 200);
}

#[tokio::test]
async fn every_answer_has_an_id_of_our_own() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    for path in ["/", "/livez", "/api/v1/regions", "/api/v1/nothing", "/sw.js", "/nothing"] {
        let request = get(path).header("x-request-id", "forged").body(Body::empty()).expect("a request");
        let answer = fixture.send(request).await;
        let id = answer.header("x-request-id");
        assert!(id.len() == 16 && id != "forged", "{path}: `{id}`");
    }
}

#[tokio::test]
async fn odd_ids_never_become_other_addresses() {
    let cloud = Cloud::start().await;
    let fixture = Fixture::new(&cloud).await;
    for id in ["..", "%2e%2e", "..%2F..%2Fcmk%2Fv2%2Fclusters", "%00", "%FF", "a%3Fx=1", "%20"] {
        let answer = fixture.get(&format!("/api/v1/keys/{id}")).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{id}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json", "{id}");
    }
}
