//! Landlock: where files may be written, which programs may start, and no TCP.

use super::{Allowed, Limited, SandboxError};
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath,
    PathFd, Ruleset, RulesetAttr as _, RulesetCreated, RulesetCreatedAttr as _, RulesetStatus,
};
use std::path::Path;

/// The newest set of rights that is used (Linux 6.10): those of files, of devices' own calls and of
/// TCP. Older kernels get what they know of it.
const RIGHTS: ABI = ABI::V5;

pub(super) fn limit(allowed: Allowed<'_>) -> Result<Limited, SandboxError> {
    let failed = |error| SandboxError::new("limiting files", &error);
    let written = AccessFs::from_write(RIGHTS);
    let handled = written | AccessFs::Execute;
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(handled)
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(RIGHTS)))
        .and_then(|ruleset| ruleset.create())
        .map_err(failed)?;
    let of_file = AccessFs::from_file(RIGHTS);
    let device = AccessFs::WriteFile | AccessFs::Truncate | AccessFs::IoctlDev;
    for (paths, rights) in [
        (allowed.written, written),
        (allowed.devices, device),
        (allowed.executed, AccessFs::Execute.into()),
    ] {
        for path in paths {
            // A right that only directories have is refused for a file.
            let rights = if path.is_dir() {
                rights
            } else {
                rights & of_file
            };
            ruleset = allow(ruleset, path, rights).map_err(failed)?;
        }
    }
    let status = ruleset.restrict_self().map_err(failed)?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Limited::Fully,
        RulesetStatus::PartiallyEnforced => Limited::Partly,
        RulesetStatus::NotEnforced => Limited::Not,
    })
}

fn allow(
    ruleset: RulesetCreated,
    path: &Path,
    rights: BitFlags<AccessFs>,
) -> Result<RulesetCreated, landlock::RulesetError> {
    match PathFd::new(path) {
        Ok(path) => ruleset.add_rule(PathBeneath::new(path, rights)),
        // Nothing is there. The station says so when it opens it.
        Err(_) => Ok(ruleset),
    }
}
