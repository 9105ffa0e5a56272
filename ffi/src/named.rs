//! Named integers for the enums of the ABI.
//!
//! A newer library may return a value that our header does not have, and a Rust enum must not hold
//! such a value.

/// Declares named constants of an integer type, and how its values are displayed.
macro_rules! named {
    ($type:ident: $($constant:ident = $value:path, $text:literal;)*) => {
        impl $type {
            $(#[doc = concat!("`", $text, "`.")] pub const $constant: Self = Self($value);)*

            /// The lower-case name, or `None` for a value that header 1.3.0 does not have.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                Some(match self {
                    $(Self::$constant => $text,)*
                    _ => return None,
                })
            }
        }

        /// The name, or the type and the number.
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($type), " {}"), self.0),
                }
            }
        }
    };
}
pub(crate) use named;
