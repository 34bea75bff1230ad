//! What changes while a page is shown, and what follows from it: Leptos' signals and effects behind one type each.
//!
//! Leptos makes the code of a signal anew for every type that is kept in one, which was a sixth of the page's weight.
//! Here one kind of signal holds a value of any type, and what is told apart by type is only its reading.
//!
//! Whatever is read after the part of the page that made it has gone reads as its default.

use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, rc::Rc};

use leptos::prelude::*;

use crate::proxy::{Answer, Pending};

type Cell = RwSignal<Rc<dyn Any>, LocalStorage>;

/// A value that others are told of when it changes. It belongs to the part of the page that made it.
pub struct State<T> {
    cell: Cell,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for State<T> {}

impl<T: 'static> State<T> {
    /// A state that begins with a value.
    pub fn new(value: T) -> Self {
        Self { cell: cell(Rc::new(value)), of: PhantomData }
    }

    /// Replaces the value.
    pub fn set(self, value: T) {
        replace(self.cell, Rc::new(value));
    }

    /// The value as it is now; `None` when it has gone.
    pub fn peek(self) -> Option<Rc<T>> {
        peek(self.cell)?.downcast().ok()
    }
}

impl<T: PartialEq + 'static> State<T> {
    /// Replaces the value, unless it is the same.
    pub fn change(self, value: T) {
        if self.peek().is_none_or(|old| *old != value) {
            self.set(value);
        }
    }
}

impl<T: Default + 'static> State<T> {
    /// Looks at the value; what is made of it is made anew when it changes.
    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        self.cell.track();
        self.with_untracked(look)
    }

    /// Looks at the value once.
    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.peek().unwrap_or_default())
    }
}

impl<T: Clone + Default + 'static> State<T> {
    /// The value; what is made of it is made anew when it changes.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// The value as it is now.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let Some(value) = self.peek() else { return };
        let mut value = T::clone(&value);
        change(&mut value);
        self.set(value);
    }
}

// What follows is compiled once, whatever is kept.

fn cell(value: Rc<dyn Any>) -> Cell {
    RwSignal::new_local(value)
}

fn replace(cell: Cell, value: Rc<dyn Any>) {
    let _ = cell.try_set(value);
}

fn peek(cell: Cell) -> Option<Rc<dyn Any>> {
    cell.try_with_untracked(Rc::clone)
}

/// Does something now, and again whenever a state changes that it has looked at, until the part of the page goes.
pub fn watch(run: impl FnMut() + 'static) {
    watch_boxed(Box::new(run));
}

fn watch_boxed(mut run: Box<dyn FnMut()>) {
    // An effect that nobody holds ends at once; the part of the page holds it.
    StoredValue::new_local(RenderEffect::new(move |_| run()));
}

/// What follows from other states. Those who look at it are told only when it has really changed.
pub fn derived<T: Default + PartialEq + 'static>(make: impl Fn() -> T + 'static) -> State<T> {
    let state = State::new(T::default());
    watch(move || {
        state.change(make());
    });
    state
}

/// Runs a task beside the page.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(task));
}

fn spawn_boxed(task: Pin<Box<dyn Future<Output = ()>>>) {
    leptos::task::spawn_local(task);
}

/// What the server answers, once it has.
pub fn answered<T: 'static>(call: Pending<T>) -> State<Option<Answer<T>>> {
    let state = State::new(None);
    spawn(async move { state.set(Some(call.await)) });
    state
}
