//! The end of a simulation: nothing stays under way.

use super::checks::Checks;
use super::clock;
use super::file::SPEEDS;
use super::life::Life;
use super::random::Random;
use super::steps::{Switch, What};
use super::world::World;

const MS: u64 = 1_000_000;
/// After the last step everything works again for so long, at most so often. Then nothing is under
/// way any more. Pictures of missed triggers are inspected one by one.
const QUIET_NS: u64 = 4_000 * MS;
const QUIET_TIMES: u32 = 40;

/// Everything works again, and all parts leave. Then the station holds nothing any more.
pub fn be_quiet(
    life: &mut Life<'_>,
    world: &mut World,
    checks: &mut Checks,
    random: &mut Random,
) -> Result<(), String> {
    for (switch, on) in [
        (Switch::Journal, true),
        (Switch::Guard, true),
        (Switch::RejectLine, true),
        (Switch::BinFull, false),
        (Switch::Drive, true),
    ] {
        life.step(
            clock::now_ns(),
            What::Set(switch, on),
            world,
            checks,
            random,
        )?;
    }
    let usual = i32::try_from(SPEEDS[1]).unwrap_or(0);
    let now = clock::now_ns();
    life.step(now, What::Belt(usual), world, checks, random)?;
    let mut still = String::new();
    for _ in 0..QUIET_TIMES {
        life.run_until(clock::now_ns() + QUIET_NS, world, checks, random)?;
        let parts = &life.shared.ready.parts;
        let (under_way, undecided) = (parts.under_way(), parts.undecided());
        let (open, waiting) = (!life.shared.open.is_empty(), life.driver.counts().waiting);
        if under_way == 0 && undecided == 0 && !open && waiting == 0 {
            return Ok(());
        }
        still = format!(
            "{under_way} parts are under way, {undecided} undecided, {waiting} at the gate; open: {open}"
        );
    }
    Err(format!("nothing comes any more, but {still}"))
}
