//! The hub and its seats, without a database.

use super::{End, Identity, Limits, Live, MAILBOX, Refused, Seat, Subscription, Waiting};
use domain::cart::Owner;
use domain::event::{AccessEnded, Audience, Kind, Logged, Reader, Topic};
use domain::time::Timestamp;

const ANN: Owner = Owner::User(7);

fn live() -> Live {
    let live = Live::new(Limits { sockets: 3, sockets_per_caller: 2 });
    live.begin(vec![], 100);
    live
}

fn ann(family: &str) -> Identity {
    let (family, until) = (Some(family.to_owned()), Timestamp(i64::MAX));
    Identity::User { id: 7, is_staff: false, family, version: 1, until }
}

fn stock_changed(seq: i64) -> Logged {
    let (kind, audience, data) = (Kind::StockChanged, Audience::Everybody, "{}".to_owned());
    Logged { seq, kind, subject_id: 5, audience, data, at: Timestamp(0) }
}

fn ended(seq: i64, family: &str) -> Logged {
    let event = AccessEnded { family: Some(family.to_owned()), version: None }.of(ANN);
    let (kind, subject_id, audience) = (event.kind, event.subject_id, event.audience);
    Logged { seq, kind, subject_id, audience, data: event.data.to_string(), at: Timestamp(0) }
}

fn follow(seat: &mut Seat, topic: Topic) -> u64 {
    seat.follow(&Subscription::new(&[topic], Reader::default()).expect("a public topic")).0
}

#[tokio::test]
async fn an_overflow_repeats_nothing_that_was_taken_already() {
    let live = live();
    let mut seat = live.take_seat(Identity::Nobody, 100).expect("a seat");
    let memberships = [follow(&mut seat, Topic::Products), follow(&mut seat, Topic::Product(5))];
    live.hand_out(vec![stock_changed(101)]).await;
    // Both topics told of the event; one of them is taken before more comes than may wait.
    let Ok(Waiting::Event((taken, _))) = seat.take() else { panic!("nothing came") };
    let many = 102..102 + i64::try_from(MAILBOX).expect("a small number");
    live.hand_out(many.map(stock_changed).collect()).await;
    let Ok(Waiting::Behind(behind)) = seat.take() else { panic!("more than may wait did not overflow") };
    for (topic, membership) in [Topic::Products, Topic::Product(5)].into_iter().zip(memberships) {
        let (_, catch_up) = behind.iter().find(|(id, _)| *id == membership).expect("every topic catches up");
        let place = if topic == taken { 101 } else { 100 };
        assert_eq!(catch_up.after, place, "{topic}: {taken} was taken, the other one waited");
    }
    assert!(matches!(seat.take(), Ok(Waiting::Nothing)), "it goes on after the overflow");
}

#[tokio::test]
async fn a_login_that_ends_while_it_is_looked_up_gets_no_seat_and_one_that_ends_later_loses_it() {
    let live = live();
    let mut other = live.take_seat(ann("other"), 100).expect("a seat");
    let mut seat = live.take_seat(ann("ended"), 100).expect("a seat");
    live.hand_out(vec![ended(101, "ended")]).await;
    assert_eq!(seat.take().err(), Some(End::AccessEnded));
    assert!(matches!(other.take(), Ok(Waiting::Nothing)), "another login of the account is none of its business");
    drop((seat, other));
    let late = |since| live.take_seat(ann("ended"), since).map(drop);
    assert_eq!(late(100), Err(Refused::AccessEnded), "looked up before the end, seated after it");
    assert_eq!(late(99), Err(Refused::TryAgain), "nobody remembers so far back");
    assert_eq!(late(101), Ok(()), "looked up after the end: whoever found it good then was right");
}

#[tokio::test]
async fn seats_are_limited_for_each_caller_and_in_all_and_given_back() {
    let live = live();
    let seat = |identity| live.take_seat(identity, 100);
    let held = [seat(ann("a")), seat(ann("b"))].map(|seat| seat.expect("a seat"));
    assert_eq!(seat(ann("c")).map(drop), Err(Refused::TooMany), "a third of one account");
    let nobody = seat(Identity::Nobody).expect("the last seat");
    assert_eq!(seat(Identity::Nobody).map(drop), Err(Refused::TooMany), "a fourth of the instance");
    drop((held, nobody));
    assert_eq!(live.open_seats(), 0);
    assert_eq!(seat(ann("c")).map(drop), Ok(()));
}
