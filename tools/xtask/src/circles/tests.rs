use super::{Circle, circles};
use crate::modules::tests::small;

/// The circles of a crate whose root declares `a`, `b` and `c` and has `root` beside them.
fn found(root: &str, a: &str, b: &str, c: &str) -> Vec<Circle> {
    let root = format!("mod a; mod b; mod c; {root}");
    circles(&small(&[
        ("lib.rs", &root),
        ("a.rs", a),
        ("b.rs", b),
        ("c.rs", c),
    ]))
}

/// The edges of the only circle.
fn edges(found: &[Circle]) -> Vec<String> {
    let [circle] = found else { panic!("{found:?}") };
    let ring = &circle.edges[..circle.length];
    ring.iter()
        .map(|edge| format!("{} {}", edge.from, edge.to))
        .collect()
}

#[test]
fn a_tree_has_no_circle() {
    let found = found(
        "pub struct R;",
        "use crate::b::X; use crate::{R, c::Y};",
        "use crate::c::Y; use super::R; pub struct X;",
        "use crate::R; pub struct Y;",
    );
    assert_eq!(found, []);
}

#[test]
fn a_circle_of_two_is_found_with_both_places() {
    let found = found(
        "",
        "\nuse crate::b::X;\npub struct Y;",
        "pub struct X(super::a::Y);",
        "",
    );
    assert_eq!(edges(&found), ["a b", "b a"]);
    let text = found[0].to_string();
    assert!(text.contains("circle in crate: a, b\n"), "{text}");
    assert!(text.contains("a -> b: a.rs:2 `crate::b::X`\n"), "{text}");
    assert!(text.contains("b -> a: b.rs:1 `super::a::Y`\n"), "{text}");
}

#[test]
fn a_circle_of_three_is_found() {
    let b = "use crate::c::g; pub fn f() {}";
    let found = found("", "use crate::b::f;", b, "pub fn g() { crate::a::h() }");
    assert_eq!(edges(&found), ["a b", "b c", "c a"]);
}

#[test]
fn a_re_export_of_the_parent_leads_to_the_child_that_defines() {
    let found = found(
        "pub use b::X; pub use a::Y as Z;",
        "use super::X; pub struct Y;",
        "pub struct X(crate::Z);",
        "",
    );
    assert_eq!(edges(&found), ["a b", "b a"]);
}

#[test]
fn a_glob_re_export_leads_to_the_child_that_defines() {
    let found = found(
        "pub use b::*; use a::Y;",
        "use super::X; pub struct Y;",
        "use super::*; pub struct X(Y);",
        "",
    );
    assert_eq!(edges(&found), ["a b", "b a"]);
}

#[test]
fn a_re_export_of_a_sibling_leads_to_both() {
    // `c` names only `a`, which takes it from `b`; `b` uses `c`.
    let found = found(
        "",
        "pub use crate::b::X;",
        "pub struct X; use crate::c::Y;",
        "use crate::a::X; pub struct Y;",
    );
    assert_eq!(found[0].modules, ["a", "b", "c"]);
    let all: Vec<_> = found[0]
        .edges
        .iter()
        .map(|e| format!("{} {}", e.from, e.to))
        .collect();
    assert_eq!(all, ["b c", "c b", "a b", "c a"]);
}

#[test]
fn a_circle_deep_in_the_tree_counts_for_its_own_parent_only() {
    let found = circles(&small(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod x; mod y;"),
        (
            "a/x.rs",
            "mod deep { use super::super::y::Y; } pub struct X;",
        ),
        ("a/y.rs", "use crate::a::x::X; pub struct Y;"),
    ]));
    assert_eq!(edges(&found), ["x y", "y x"]);
    assert_eq!(found[0].parent, "crate::a");
}

#[test]
fn paths_in_macros_imports_in_functions_and_serde_attributes_count() {
    for a in [
        "fn f() { println!(\"{}\", crate::b::f()) }",
        "fn f() { use crate::b; b::f() }",
        "struct S { #[serde(with = \"crate::b\")] x: u8 }",
        "macro_rules! m { () => { $crate::b::f() } }",
    ] {
        let found = found("", a, "use crate::a; pub fn f() {}", "");
        assert_eq!(edges(&found), ["a b", "b a"], "{a}");
    }
}

#[test]
fn a_macro_made_a_path_by_its_own_module_is_found() {
    let a = "macro_rules! m { () => {} } pub(crate) use m; use crate::b::X;";
    assert_eq!(
        edges(&found("", a, "crate::a::m!(); pub struct X;", "")),
        ["a b", "b a"]
    );
}

#[test]
fn test_code_is_left_out() {
    for a in [
        "#[cfg(test)] mod tests { use crate::b::X; }",
        "#[cfg(test)] use crate::b::X;",
        "#[cfg(test)] fn f() { crate::b::f() }",
        "impl S { #[cfg(test)] fn f() { crate::b::f() } }",
        "fn f() { #[cfg(test)] crate::b::f(); }",
        "struct S { #[cfg(all(test, unix))] x: crate::b::X }",
    ] {
        assert_eq!(found("", a, "use crate::a;", ""), [], "{a}");
    }
    // And what is not only for tests is kept.
    let a = "#[cfg(not(test))] use crate::b::X; #[cfg(any(test, unix))] use crate::b::Y;";
    assert_eq!(found("", a, "use crate::a;", "")[0].edges[0].uses.len(), 2);
}

#[test]
fn other_crates_with_the_name_of_a_module_do_not_count() {
    assert_eq!(found("", "use ::b::X;", "use crate::a;", ""), []);
}

#[test]
fn imports_in_a_ring_end() {
    assert_eq!(
        found("pub use a::X;", "pub use super::X;", "use crate::X;", ""),
        []
    );
}
