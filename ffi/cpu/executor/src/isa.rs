//! The instruction set, chosen at run time, and the macro that compiles a kernel for each.

/// An instruction set with vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// No vectors: the reference, for every processor.
    Scalar,
    /// AVX2 and FMA, 8 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F, BW, DQ and VL, 16 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// Advanced SIMD, 4 lanes.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Isa {
    /// Every instruction set of this processor, the slowest first.
    #[must_use]
    pub fn available() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        {
            let has_avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            match is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                true if has_avx512 => &[Self::Scalar, Self::Avx2, Self::Avx512],
                true => &[Self::Scalar, Self::Avx2],
                false => &[Self::Scalar],
            }
        }
        #[cfg(target_arch = "aarch64")]
        {
            &[Self::Scalar, Self::Neon]
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        {
            &[Self::Scalar]
        }
    }

    /// The fastest instruction set of this processor.
    #[must_use]
    pub fn best() -> Self {
        Self::available().last().copied().unwrap_or(Self::Scalar)
    }
}

/// Defines `unsafe fn name(isa, arguments...) -> result`, which calls the generic kernel
/// `kernel::<L>` with the vectors of the instruction set. The kernel and all that it calls must be
/// `inline(always)`, so that each copy is compiled for its instruction set.
///
/// The function's contract is that of the kernel; in addition the processor must have `isa`, which
/// holds for each item of [`Isa::available`].
macro_rules! dispatch {
    ($(#[$meta:meta])* $vis:vis unsafe fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $kernel:path;) => {
        $(#[$meta])*
        #[expect(clippy::allow_attributes, reason = "a kernel may have many arguments")]
        #[allow(clippy::too_many_arguments)]
        $vis unsafe fn $name(isa: $crate::isa::Isa, $($argument: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            unsafe fn avx2($($argument: $type),*) $(-> $result)? {
                use $kernel as kernel;
                // SAFETY: the caller upholds the kernel's contract; the processor has AVX2 and FMA.
                unsafe { kernel::<$crate::lanes::avx2::Avx2>($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            unsafe fn avx512($($argument: $type),*) $(-> $result)? {
                use $kernel as kernel;
                // SAFETY: the caller upholds the kernel's contract; the processor has AVX-512.
                unsafe { kernel::<$crate::lanes::avx512::Avx512>($($argument),*) }
            }
            use $kernel as kernel;
            // SAFETY: the caller upholds the kernel's contract, and the processor has `isa`.
            unsafe {
                match isa {
                    $crate::isa::Isa::Scalar => kernel::<$crate::lanes::Scalar>($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    $crate::isa::Isa::Avx2 => avx2($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    $crate::isa::Isa::Avx512 => avx512($($argument),*),
                    // NEON is part of every 64-bit ARM processor.
                    #[cfg(target_arch = "aarch64")]
                    $crate::isa::Isa::Neon => kernel::<$crate::lanes::neon::Neon>($($argument),*),
                }
            }
        }
    };
}
pub(crate) use dispatch;
