use super::*;
use crate::gate::Channels;

#[test]
fn a_trigger_is_taken_only_while_everything_works_and_there_is_space() {
    // There is no gate; the test checks only the switch.
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::new(7), channels.split().control);
    assert_eq!(ready.refusal(2), Some(Refusal::Starting));
    ready.set(Requirement::Started, true);
    assert_eq!(ready.refusal(2), None);
    ready.set(Requirement::Source, false);
    assert_eq!(ready.refusal(2), Some(Refusal::Source));
    ready.set(Requirement::Journal, false);
    assert_eq!(ready.refusal(2), Some(Refusal::Journal));
    ready.set(Requirement::Source, true);
    assert_eq!(ready.refusal(2), Some(Refusal::Journal));
    ready.set(Requirement::Journal, true);
    ready.parts.begin(true);
    ready.parts.begin(true);
    ready.parts.begin(false);
    assert_eq!(ready.refusal(2), Some(Refusal::Undecided(2)));
    ready.parts.decided();
    assert_eq!(ready.refusal(2), None, "a part off the line does not count");
    assert_eq!(ready.parts.next_part(), PartId::new(7));
    assert_eq!(ready.parts.next_part(), PartId::new(8));
}

#[test]
fn a_trigger_is_taken_while_fewer_parts_are_under_way_than_the_gate_holds() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    ready.set(Requirement::Started, true);
    for _ in 0..PARTS_MAX {
        assert_eq!(ready.refusal(1_000), None);
        assert!(ready.parts.begin_if_space(true));
    }
    assert_eq!(ready.refusal(1_000), Some(Refusal::UnderWay(PARTS_MAX)));
    ready.end_part();
    assert_eq!(ready.refusal(1_000), None);
}

/// The table in the documentation of [`crate::run`].
#[test]
fn each_unmet_requirement_has_its_state() {
    let mut channels = Channels::new().unwrap();
    let ready = ReadySwitch::new(PartId::FIRST, channels.split().control);
    assert_eq!(ready.state(), StationState::Starting);
    ready.set(Requirement::Started, true);
    assert_eq!(ready.state(), StationState::Ready);
    for what in [
        Requirement::Source,
        Requirement::Journal,
        Requirement::Disk,
        Requirement::Guard,
        Requirement::Keeper,
    ] {
        ready.set(what, false);
        assert_eq!(ready.state(), StationState::Fault, "{what:?}");
        assert!(ready.refusal(1).is_some(), "{what:?}");
        assert_eq!(ready.may_begin(), what == Requirement::Source, "{what:?}");
        ready.set(what, true);
        assert_eq!(ready.state(), StationState::Ready, "{what:?}");
    }
    ready.parts.begin(true);
    assert_eq!(ready.state(), StationState::Busy);
    ready.stop();
    assert_eq!(ready.state(), StationState::Stopped);
}
