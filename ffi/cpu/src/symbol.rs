//! Finds a function by its name, for a program that links this crate.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use crate::functions::functions;
use crate::runtime::fault;

/// Generates `symbol` from the list of functions.
macro_rules! symbols {
    ($($module:ident: $($function:ident),+;)*) => {
        /// The address of a function of the ABI, or `None` if `acl.h` does not declare the name.
        /// This does what `dlsym` does for `libascendcl.so`.
        ///
        /// Each address is a function with the prototype in `acl.h`. A test makes the compiler
        /// compare all of them with the generated bindings, except `aclAppLog`: Rust cannot write
        /// its type.
        ///
        /// ```
        /// assert!(ascendcl_cpu::symbol(c"aclInit").is_some());
        /// assert!(ascendcl_cpu::symbol(c"aclNoSuchFunction").is_none());
        /// ```
        #[must_use]
        pub fn symbol(name: &CStr) -> Option<NonNull<c_void>> {
            $($(
                if name.to_bytes() == stringify!($function).as_bytes() {
                    return NonNull::new(crate::abi::$module::$function as *mut c_void);
                }
            )+)*
            if name == c"aclAppLog" {
                return NonNull::new(crate::abi::log::aclAppLog as *mut c_void);
            }
            None
        }

        /// Compiles only if every function has the type that the bindings give it.
        #[cfg(test)]
        #[allow(dead_code, reason = "it is there to be compiled")]
        fn prototypes(table: &mut ascendcl::bindings::AscendCl) {
            $($(table.$function = Ok(crate::abi::$module::$function);)+)*
        }
    };
}

functions!(symbols);

/// This implementation as a source of functions for [`ascendcl::Library::builtin`].
// SAFETY: every function has its prototype in acl.h, which a test checks, and this crate alone
// allocates and frees the memory that it hands out.
pub const RESOLVER: ascendcl::Resolver = unsafe { ascendcl::Resolver::new(resolve) };

/// [`symbol`], except that a fault rule can hide functions.
fn resolve(name: &CStr) -> Option<NonNull<c_void>> {
    symbol(name).filter(|_| !name.to_str().is_ok_and(fault::missing))
}

#[cfg(test)]
mod tests {
    use super::symbol;
    use crate::functions::NAMES;

    /// The functions that `acl.h` declares: each name before a parenthesis, outside comments.
    fn declared() -> Vec<&'static str> {
        let header = include_str!("../../acl.h");
        let code = header
            .split("/*")
            .map(|part| part.split_once("*/").map_or(part, |(_, code)| code));
        let words = code.flat_map(|code| {
            let ends = code.match_indices('(').map(|(end, _)| &code[..end]);
            ends.filter_map(|before| {
                let start =
                    before.rfind(|byte: char| !byte.is_ascii_alphanumeric() && byte != '_')?;
                Some(&before[start + 1..])
            })
        });
        words.filter(|word| word.starts_with("acl")).collect()
    }

    #[test]
    fn every_function_of_the_header_is_here_and_no_other() {
        let declared = declared();
        assert!(
            declared.len() > 130,
            "only {} found in acl.h",
            declared.len()
        );
        let sorted = |names: &[&'static str]| {
            let mut names = names.to_vec();
            names.sort_unstable();
            names
        };
        assert_eq!(sorted(&declared), sorted(NAMES));
    }

    #[test]
    fn every_name_has_its_own_address() {
        let name = |name: &str| std::ffi::CString::new(name).expect("no zero byte");
        let addresses: std::collections::BTreeSet<_> = NAMES
            .iter()
            .map(|known| symbol(&name(known)).expect(known))
            .collect();
        assert_eq!(addresses.len(), NAMES.len());
        assert_eq!(symbol(c"aclrtNoSuchFunction"), None);
        assert_eq!(symbol(c""), None);
    }
}
