//! A stream that goes on by itself. What several wait for, one of them reads for all: if that one were driven by its reader, and
//! the reader waited for something else, everybody would wait for everybody.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Items that wait for the reader.
const WAITING: usize = 4;

/// A stream on a task of its own, which ends with it.
pub(super) struct Driven<T> {
    items: mpsc::Receiver<T>,
    task: JoinHandle<()>,
}

impl<T: Send + 'static> Driven<T> {
    /// Sets a stream going.
    pub(super) fn new(mut stream: BoxStream<'static, T>) -> Driven<T> {
        let (sender, items) = mpsc::channel(WAITING);
        let task = tokio::spawn(async move {
            while let Some(item) = stream.next().await {
                if sender.send(item).await.is_err() {
                    return;
                }
            }
        });
        Driven { items, task }
    }
}

impl<T> Stream for Driven<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.items.poll_recv(context)
    }
}

impl<T> Drop for Driven<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn a_stream_goes_on_while_nobody_reads_and_ends_with_its_reader() {
        let (sender, mut seen) = mpsc::channel(100);
        let stream = stream::iter(0..100).then(move |n| {
            let sender = sender.clone();
            async move { sender.send(n).await.map(|()| n) }
        });
        let mut driven = Driven::new(stream.boxed());
        // One is handed over, some wait, and one more is at the door.
        for n in 0..=WAITING {
            assert_eq!(seen.recv().await, Some(n as i32));
        }
        assert_eq!(driven.next().await, Some(Ok(0)));
        drop(driven);
        while seen.recv().await.is_some() {}
    }
}
