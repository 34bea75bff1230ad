//! The parts of the page in a real browser: what a user, or a screen reader, finds in the document.
#![cfg(target_arch = "wasm32")]

use byok_core::finding::Field;
use byok_wizard::{
    app::{Page, Shared},
    draft::Draft,
    parts::{
        choice::{Choice, Choices},
        code::snippet,
        dialog::dialog,
        el::{El, el, p},
        field::Question,
        notice::error_summary,
    },
    state::State,
    wizard::{Shown, Step, flow},
};
use leptos::{mount::mount_to, prelude::*, task::tick};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// An empty place in the document, with the state that every page shares.
fn stage(page: Page, make: impl FnOnce(Shared) -> El + 'static) -> (HtmlElement, Shared) {
    let place = document().create_element("div").unwrap().unchecked_into::<HtmlElement>();
    document().body().unwrap().append_child(&place).unwrap();
    let held = std::rc::Rc::new(std::cell::Cell::new(None));
    let hold = held.clone();
    mount_to(place.clone(), move || {
        let shared = Shared::new(page, Draft::default());
        provide_context(shared);
        hold.set(Some(shared));
        make(shared).view()
    })
    .forget();
    (place, held.get().unwrap())
}

/// What is shown after the next frame has been drawn.
async fn next_frame() {
    let (sender, receiver) = futures::channel::oneshot::channel();
    request_animation_frame(move || drop(sender.send(())));
    let _ = receiver.await;
    tick().await;
}

/// Long enough for everything that follows from a change: effects run one after another, each a moment later.
async fn settled() {
    for _ in 0..3 {
        next_frame().await;
    }
}

fn find(place: &HtmlElement, selector: &str) -> Element {
    place
        .query_selector(selector)
        .unwrap()
        .unwrap_or_else(|| panic!("{selector} is not in {}", place.inner_html()))
}

fn type_into(place: &HtmlElement, selector: &str, text: &str) {
    let input = find(place, selector).unchecked_into::<HtmlInputElement>();
    input.set_value(text);
    input.dispatch_event(&Event::new("input").unwrap()).unwrap();
}

fn key_field() -> El {
    Question { field: Field::KeyId, label: "Key identifier without version", hint: "Begins with https://" }
        .line()
}

#[wasm_bindgen_test]
async fn a_field_is_tied_to_its_label_and_hint() {
    let (place, _) = stage(Page::New(Step::Security), |_| key_field());
    assert_eq!(find(&place, "label").get_attribute("for").as_deref(), Some("key_id"));
    assert!(find(&place, "#key_id").get_attribute("aria-describedby").unwrap().contains("key_id-hint"));
    assert_eq!(find(&place, "#key_id").get_attribute("aria-invalid"), None);
}

#[wasm_bindgen_test]
async fn what_is_typed_is_remembered() {
    let (place, shared) = stage(Page::New(Step::Security), |_| key_field());
    type_into(&place, "#key_id", "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster");
    settled().await;
    assert_eq!(
        shared.draft.with_untracked(|draft| draft.key_id.clone()),
        "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster"
    );
}

#[wasm_bindgen_test]
async fn an_error_stands_beside_its_field_and_goes_away_when_mended() {
    let (place, shared) = stage(Page::New(Step::Security), |shared| {
        shared.draft.update(|draft| {
            draft.mode = "self-managed".to_owned();
            draft.source = "new".to_owned();
        });
        key_field()
    });
    type_into(&place, "#key_id", "https://kv-kafka-prod.vault.azure.net/secrets/kafka-cluster");
    flow::go_on(shared, Step::Security, Step::Grant);
    settled().await;
    assert_eq!(find(&place, "#key_id").get_attribute("aria-invalid").as_deref(), Some("true"));
    let found = byok_core::id::key_id("https://kv-kafka-prod.vault.azure.net/secrets/kafka-cluster").findings;
    let (message, fix) = (found[0].message(), found[0].fix());
    assert_eq!(
        find(&place, "#key_id-error").text_content().unwrap(),
        format!("{message} {fix}").replace('`', "")
    );

    type_into(&place, "#key_id", "https://kv-kafka-prod.vault.azure.net/keys/kafka-cluster");
    settled().await;
    assert_eq!(find(&place, "#key_id").get_attribute("aria-invalid"), None);
    assert_eq!(find(&place, "#key_id-error").text_content().as_deref(), Some(""));
}

#[wasm_bindgen_test]
async fn the_summary_lists_each_problem_with_a_link_to_its_question() {
    let (place, shared) = stage(Page::New(Step::Security), |_| error_summary());
    assert!(place.query_selector("#error-summary").unwrap().is_none());
    shared.shown.set(vec![Shown {
        field: Some(Field::TenantId),
        message: "The tenant ID is empty.".to_owned(),
        fix: "Paste it.".to_owned(),
        judged: true,
    }]);
    settled().await;
    assert_eq!(find(&place, "#error-summary h2").text_content().as_deref(), Some("There is a problem"));
    assert_eq!(find(&place, "#error-summary li a").get_attribute("href").as_deref(), Some("#tenant_id"));
    assert_eq!(
        find(&place, "#error-summary li").text_content().as_deref(),
        Some("The tenant ID is empty. Paste it.")
    );
}

#[wasm_bindgen_test]
async fn a_choice_is_picked_by_its_label() {
    let picked = State::new(String::new());
    let (place, _) = stage(Page::New(Step::Region), move |_| {
        Choices {
            name: "availability",
            legend: "Availability",
            hint: "",
            field: Some(Field::Availability),
            choices: vec![
                Choice::new("SINGLE_ZONE", "Single zone", "One."),
                Choice::new("MULTI_ZONE", "Multi zone", "Three."),
            ],
            picked,
            pick: Callback::new(move |value| picked.set(value)),
        }
        .view()
    });
    find(&place, "label[for=availability-1]").unchecked_into::<HtmlElement>().click();
    settled().await;
    assert_eq!(picked.get_untracked(), "MULTI_ZONE");
    assert!(find(&place, "#availability-1").unchecked_into::<HtmlInputElement>().checked());
}

#[wasm_bindgen_test]
async fn a_dialog_is_modal_and_esc_closes_it() {
    let closed = State::new(false);
    let (place, _) = stage(Page::Keys, move |_| {
        dialog("The key was not registered", Callback::new(move |()| closed.set(true))).child(p("Why."))
    });
    next_frame().await;
    let dialog = find(&place, "dialog");
    assert!(dialog.matches(":modal").unwrap());
    let options = web_sys::EventInit::new();
    options.set_cancelable(true);
    dialog.dispatch_event(&Event::new_with_event_init_dict("cancel", &options).unwrap()).unwrap();
    assert!(closed.get_untracked());
}

#[wasm_bindgen_test]
async fn text_between_backticks_is_code_and_markup_is_only_text() {
    let (place, _) = stage(Page::Keys, |_| el("p").text("Use `az login`, <b>not</b> this."));
    assert_eq!(find(&place, "p code").text_content().as_deref(), Some("az login"));
    assert_eq!(find(&place, "p").text_content().as_deref(), Some("Use az login, <b>not</b> this."));
    assert!(place.query_selector("b").unwrap().is_none());
}

#[wasm_bindgen_test]
async fn a_snippet_is_shown_to_the_letter() {
    let grant = byok_core::grant::Grant {
        vault: byok_core::id::key_vault_id("/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-kafka/providers/Microsoft.KeyVault/vaults/kv-kafka-prod").value.unwrap(),
        tenant: byok_core::id::tenant_id("22222222-3333-4444-8555-666666666666").value.unwrap(),
        application_id: byok_core::id::ApplicationId::parse("33333333-4444-4555-8666-777777777777").unwrap(),
    };
    let commands = byok_core::grant::bash(&grant);
    let text = commands.text();
    let (place, _) = stage(Page::New(Step::Grant), move |_| snippet("Commands", commands, "\n"));
    assert_eq!(find(&place, "pre").text_content().unwrap(), text);
}
