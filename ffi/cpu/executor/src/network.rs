//! A network that is ready to run.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::claims::Claims;
use crate::error::{NetworkError, RunError};
use crate::graph::{Graph, Shape};
use crate::isa::Isa;
use crate::layer::Layers;
use crate::memory::Arena;
use crate::plan::Plan;
use crate::ports::{Pictures, Port, Ports};
use crate::profile::LayerTime;
use crate::progress::Progress;
use crate::schedule::Schedule;
use crate::threads::Threads;

/// Rows of the highest layer that go through the network together. With fewer, the threads wait for
/// each other more often; with more, a band no longer fits into the cache.
const BAND: usize = 32;

/// The most threads: each has scratch of its own.
const THREADS_MAX: usize = 1024;

/// A network without memory: a graph with its plan.
#[derive(Debug)]
pub struct Planned {
    layers: Layers,
    plan: Plan,
    isa: Isa,
}

impl Planned {
    /// Plans a graph for runs with `threads` threads.
    ///
    /// # Errors
    ///
    /// [`NetworkError::NoOutput`] for a graph without outputs, [`NetworkError::Threads`] for none
    /// or more than 1024, [`NetworkError::Isa`] for an instruction set that the processor lacks.
    pub fn new(graph: Graph, threads: usize, isa: Isa) -> Result<Self, NetworkError> {
        Self::with_band(graph, threads, isa, BAND)
    }

    /// A plan in which `band` rows of the highest layer go through the layers together.
    pub(crate) fn with_band(
        graph: Graph,
        threads: usize,
        isa: Isa,
        band: usize,
    ) -> Result<Self, NetworkError> {
        let outputs = graph.outputs.clone();
        if outputs.is_empty() {
            return Err(NetworkError::NoOutput);
        }
        if !(1..=THREADS_MAX).contains(&threads) {
            return Err(NetworkError::Threads(threads));
        }
        if !Isa::available().contains(&isa) {
            return Err(NetworkError::Isa(isa));
        }
        let inputs = graph
            .inputs
            .iter()
            .map(|input| graph.shape(*input))
            .collect();
        let layers = Layers::new(graph);
        let schedule = Schedule::new(&layers, band);
        let plan = Plan::new(&layers, &schedule, inputs, &outputs, threads);
        Ok(Self { layers, plan, isa })
    }

    /// Bytes of the weights.
    #[must_use]
    pub fn weight_bytes(&self) -> usize {
        Arena::bytes(self.plan.weights_len())
    }

    /// Bytes of all values and the threads' scratch.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        Arena::bytes(self.plan.arena_len())
    }

    /// Bytes of each output.
    #[must_use]
    pub fn output_bytes(&self) -> &[usize] {
        &self.plan.output_bytes
    }

    /// The network, in memory that this allocates.
    ///
    /// # Errors
    ///
    /// [`NetworkError::Memory`] if the system does not give the memory.
    pub fn build(self) -> Result<Network, NetworkError> {
        let weights = Arena::new(self.plan.weights_len())?;
        let values = Arena::new(self.plan.arena_len())?;
        Ok(self.place(weights, values))
    }

    /// The network, in the caller's memory: [`Planned::weight_bytes`] and
    /// [`Planned::memory_bytes`] of any alignment and any contents. This writes all of it, so no
    /// run meets a page for the first time.
    ///
    /// # Safety
    ///
    /// Both are valid, and nothing else accesses them, for as long as the network lives.
    #[must_use]
    pub unsafe fn build_within(self, weights: NonNull<u8>, memory: NonNull<u8>) -> Network {
        // SAFETY: the caller guarantees it.
        let weights = unsafe { Arena::within(weights, self.plan.weights_len()) };
        // SAFETY: the caller guarantees it.
        let values = unsafe { Arena::within(memory, self.plan.arena_len()) };
        self.place(weights, values)
    }

    /// The network, in memory whose contents are NaN where no run may read before it writes.
    #[cfg(test)]
    pub(crate) fn build_poisoned(self) -> Result<Network, NetworkError> {
        let network = self.build()?;
        network.plan.poison(&network.arena);
        Ok(network)
    }

    /// Packs the weights, then clears the values.
    fn place(self, weights: Arena, values: Arena) -> Network {
        let Self {
            mut layers,
            plan,
            isa,
        } = self;
        plan.pack(&mut layers, &weights);
        values.clear(0, None);
        let port = |_: &usize| Port {
            first: std::ptr::null_mut(),
            is_finite: AtomicBool::new(true),
        };
        Network {
            ports: plan.output_bytes.iter().map(port).collect(),
            layers: layers.layers.iter().map(LayerTime::new).collect(),
            isa,
            weights,
            arena: values,
            claims: Claims::new(plan.threads()),
            progress: Progress::default(),
            plan,
        }
    }
}

/// A network with its weights and memory. One run at a time.
#[derive(Debug)]
pub struct Network {
    plan: Plan,
    isa: Isa,
    weights: Arena,
    arena: Arena,
    claims: Claims,
    progress: Progress,
    ports: Vec<Port>,
    /// Their names, for a profile.
    layers: Vec<LayerTime>,
}

impl Network {
    /// Plans a graph and packs its weights, for runs with `threads` threads. Allocates all memory
    /// that runs need.
    ///
    /// # Errors
    ///
    /// As for [`Planned::new`]; [`NetworkError::Memory`] if the system does not give the memory.
    pub fn new(graph: Graph, threads: usize, isa: Isa) -> Result<Self, NetworkError> {
        Planned::new(graph, threads, isa)?.build()
    }

    /// Bytes of the weights.
    #[must_use]
    pub fn weight_bytes(&self) -> usize {
        Arena::bytes(self.plan.weights_len())
    }

    /// Bytes of all values and the threads' scratch.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        Arena::bytes(self.plan.arena_len())
    }

    /// Whether all numbers are +0 that no run may write.
    #[cfg(test)]
    pub(crate) fn has_zeros(&self) -> bool {
        self.plan.has_zeros(&self.arena)
    }

    /// The shapes of the inputs, in their order.
    #[must_use]
    pub fn inputs(&self) -> &[Shape] {
        &self.plan.inputs
    }

    /// Computes all outputs. Allocates nothing. The result has the same bits with any instruction
    /// set and any number of threads.
    ///
    /// # Errors
    ///
    /// [`RunError::Outputs`] for a wrong number of outputs, [`RunError::Buffer`] for one of the
    /// wrong size; then nothing is computed.
    /// [`RunError::Nan`] if NaN reached an ArgMax, [`RunError::NotFinite`] for an output that is
    /// not finite; then the outputs are written, but mean nothing.
    pub fn run<'a>(
        &mut self,
        threads: &Threads,
        inputs: &dyn Pictures,
        outputs: impl IntoIterator<Item = &'a mut [u8]>,
    ) -> Result<(), RunError> {
        self.prepare(outputs)?;
        self.compute(threads, inputs)
    }

    /// Computes the outputs, whose addresses are in the ports.
    fn compute(&mut self, threads: &Threads, inputs: &dyn Pictures) -> Result<(), RunError> {
        self.claims.reset();
        self.progress.reset();
        let ports = Ports {
            inputs,
            outputs: &self.ports,
            has_nan: AtomicBool::new(false),
        };
        let (plan, order) = (&self.plan, (&self.claims, &self.progress));
        let (arena, weights, isa) = (&self.arena, &self.weights, self.isa);
        threads.run(&|thread| {
            if let Some(worker) = plan.worker(thread, isa, arena, weights) {
                plan.work(&worker, &ports, thread, order);
            }
        });
        self.verdict(ports.has_nan.into_inner())
    }

    /// Runs like [`Network::run`], on the calling thread only, and measures each layer.
    ///
    /// # Errors
    ///
    /// As for [`Network::run`].
    pub fn profile<'a>(
        &mut self,
        inputs: &dyn Pictures,
        outputs: impl IntoIterator<Item = &'a mut [u8]>,
    ) -> Result<Vec<LayerTime>, RunError> {
        self.prepare(outputs)?;
        let ports = Ports {
            inputs,
            outputs: &self.ports,
            has_nan: AtomicBool::new(false),
        };
        let mut times = self.layers.clone();
        if let Some(worker) = self.plan.worker(0, self.isa, &self.arena, &self.weights) {
            self.plan.profile(&worker, &ports, &mut times);
        }
        self.verdict(ports.has_nan.into_inner())?;
        Ok(times)
    }

    /// Checks the buffers and takes the outputs' addresses.
    fn prepare<'a>(
        &mut self,
        outputs: impl IntoIterator<Item = &'a mut [u8]>,
    ) -> Result<(), RunError> {
        let mut given = 0;
        for output in outputs {
            if let (Some(port), Some(bytes)) =
                (self.ports.get_mut(given), self.plan.output_bytes.get(given))
            {
                if output.len() != *bytes {
                    return Err(RunError::Buffer(given, *bytes, output.len()));
                }
                port.first = output.as_mut_ptr();
                *port.is_finite.get_mut() = true;
            }
            given += 1;
        }
        if given != self.ports.len() {
            return Err(RunError::Outputs(self.ports.len(), given));
        }
        Ok(())
    }

    fn verdict(&self, has_nan: bool) -> Result<(), RunError> {
        if has_nan {
            return Err(RunError::Nan);
        }
        let mut ports = self.ports.iter();
        match ports.position(|port| !port.is_finite.load(Ordering::Relaxed)) {
            Some(index) => Err(RunError::NotFinite(index)),
            None => Ok(()),
        }
    }
}
