//! Who belongs to the staff: owners say so, the last of them stays, and everything is written down.

use crate::support::{World, confirm, each, id, member, together};
use serde_json::json;

#[tokio::test]
async fn an_owner_takes_accounts_into_the_staff_changes_their_role_and_lets_them_go() {
    let world = World::open().await;
    let ann = world.shop.register("ann@example.com").await;
    confirm(&world, &ann);
    world.staff.post("/staff/members/", json!({"email": "Ann@Example.com", "role": "fulfilment"})).await.expect(201);
    let shown = ann.get("/user/profile/").await.expect(200).json();
    assert_eq!((&shown["role"], &shown["is_staff"]), (&json!("fulfilment"), &json!(true)));
    let path = format!("/staff/members/{}/", id(&shown));
    let changed = world.staff.patch(&path, json!({"role": "read-only"})).await.expect(200).json();
    assert_eq!(changed["role"], "read-only");
    let listed = world.staff.get("/staff/members/").await.expect(200).json();
    assert_eq!(each(&listed, "role"), ["owner", "read-only"]);
    world.staff.delete(&path).await.expect(204);
    ann.get("/user/profile/").await.expect(401);
    let ann = world.shop.log_in(&world.shop.client(), &ann.email, &ann.password).await;
    let shown = ann.get("/user/profile/").await.expect(200).json();
    assert_eq!((&shown["role"], &shown["is_staff"]), (&json!(null), &json!(false)));
    world.staff.delete(&path).await.expect(404);
    world.staff.patch(&path, json!({"role": "owner"})).await.expect(404);
    let written = world.staff.get(&format!("/audit/?object=user:{}", id(&shown))).await.expect(200).json();
    let roles: Vec<_> = each(&written, "after").into_iter().map(|after| after["role"].clone()).collect();
    assert_eq!(roles, [json!(null), json!("read-only"), json!("fulfilment")]);
    assert_eq!(written["results"][0]["actor"], world.staff.email.as_str());
}

#[tokio::test]
async fn what_will_not_do_is_told_by_field() {
    let world = World::open().await;
    let unknown = json!({"email": "nobody@example.com", "role": "manager"});
    let refused = world.staff.post("/staff/members/", unknown).await.expect(400).json();
    assert!(refused["email"][0].as_str().is_some_and(|text| text.contains("registers first")), "{refused}");
    let refused = world.staff.post("/staff/members/", json!({"email": "x", "role": "boss"})).await.expect(400).json();
    assert!(refused["email"].is_array() && refused["role"].is_array(), "{refused}");
    world.staff.post("/staff/members/", json!({})).await.expect(400);
}

#[tokio::test]
async fn whoever_has_not_confirmed_the_address_is_not_taken_in_under_it() {
    let world = World::open().await;
    // Anybody can register the address of somebody who is to join.
    let stranger = world.shop.register("boss@example.com").await;
    let wanted = json!({"email": "Boss@example.com", "role": "owner"});
    let refused = world.staff.post("/staff/members/", wanted.clone()).await.expect(400).json();
    assert!(refused["email"][0].as_str().is_some_and(|text| text.contains("not confirmed")), "{refused}");
    assert_eq!(stranger.get("/user/profile/").await.expect(200).json()["role"], json!(null));
    confirm(&world, &stranger);
    world.staff.post("/staff/members/", wanted.clone()).await.expect(201);
    // Who is of the staff already is known otherwise, whatever address they move to.
    stranger.patch("/user/profile/", json!({"email": "chief@example.com"})).await.expect(200);
    world.staff.post("/staff/members/", wanted).await.expect(400);
    world.staff.post("/staff/members/", json!({"email": "chief@example.com", "role": "manager"})).await.expect(201);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = World::open().await;
    let own = id(&world.staff.get("/user/profile/").await.expect(200).json());
    let (member_path, customer_path) = (format!("/staff/members/{own}/"), format!("/customers/{own}/"));
    let refusals = [
        world.staff.patch(&member_path, json!({"role": "manager"})).await,
        world.staff.delete(&member_path).await,
        world.staff.post("/staff/members/", json!({"email": world.staff.email, "role": "read-only"})).await,
        world.staff.patch(&customer_path, json!({"is_active": false})).await,
    ];
    for refusal in refusals {
        let detail = refusal.expect(409).json()["detail"].clone();
        assert!(detail.as_str().is_some_and(|detail| detail.contains("last owner")), "{detail}");
    }
    let second = member(&world, "owner").await;
    world.staff.patch(&member_path, json!({"role": "manager"})).await.expect(200);
    world.staff.get("/staff/members/").await.expect(403);
    second.get("/staff/members/").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_owners_who_demote_each_other_at_once_one_is_left() {
    let world = World::open().await;
    for _ in 0..5 {
        let (one, two) = (member(&world, "owner").await, member(&world, "owner").await);
        let own = id(&world.staff.get("/user/profile/").await.expect(200).json());
        let ids = [id(&one.get("/user/profile/").await.json()), id(&two.get("/user/profile/").await.json())];
        // Nobody else owns the shop.
        world.shop.plant(&format!(
            "UPDATE users SET role = 'manager' WHERE role = 'owner' AND id NOT IN ({}, {})",
            ids[0], ids[1]
        ));
        let answers = together(2, |number| {
            let (who, whom) = if number == 0 { (one.clone(), ids[1]) } else { (two.clone(), ids[0]) };
            async move { who.patch(&format!("/staff/members/{whom}/"), json!({"role": "manager"})).await }
        })
        .await;
        let owners = world.shop.look("SELECT email FROM users WHERE role = 'owner' AND is_active");
        assert_eq!(owners.len(), 1, "{answers:?}");
        world.shop.plant(&format!("UPDATE users SET role = 'owner' WHERE id = {own}"));
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    }
}

#[tokio::test]
async fn whoever_was_of_the_staff_before_there_were_roles_owns_the_shop() {
    let world = World::open().await;
    let old = world.shop.customer().await;
    world.shop.plant(&format!("UPDATE users SET is_staff = TRUE WHERE email = '{}'", old.email));
    let old = world.shop.log_in(&world.shop.client(), &old.email, &old.password).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    assert_eq!(old.get("/user/profile/").await.expect(200).json()["role"], "owner");
    old.get("/staff/members/").await.expect(200);
}
