//! The functions by name, for a program that has this implementation linked in.

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use crate::functions::functions;
use crate::runtime::fault;

/// Makes the search from the list of functions.
macro_rules! symbols {
    ($($module:ident: $($function:ident),+;)*) => {
        /// The address of a function of the ABI by its name, such as `c"aclInit"`; `None` for a name that is not in
        /// `acl.h`. What `dlsym` is for `libascendcl.so`.
        ///
        /// Each address is a function with the prototype that `acl.h` gives to the name: a test lets the compiler
        /// compare all of them with the generated bindings, but for `aclAppLog`, whose type Rust cannot write.
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

/// This implementation as a source of functions: `Library::builtin(ascendcl_cpu::RESOLVER)`.
// SAFETY: every function has the prototype of acl.h, which a test compares, and memory comes from one allocator.
pub const RESOLVER: ascendcl::Resolver = unsafe { ascendcl::Resolver::new(resolve) };

/// [`symbol`], but for functions that a fault on demand takes away.
fn resolve(name: &CStr) -> Option<NonNull<c_void>> {
    symbol(name).filter(|_| !name.to_str().is_ok_and(fault::missing))
}

#[cfg(test)]
mod tests {
    use super::symbol;
    use crate::functions::NAMES;

    /// The functions that `acl.h` declares: what stands before a parenthesis, comments left out.
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
    fn every_name_has_an_address_of_its_own() {
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
