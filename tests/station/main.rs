//! Promises that are proven with the program as a child process: one promise, one module.
#![forbid(unsafe_code)]

#[path = "../site/mod.rs"]
mod site;

mod acl_programs;
mod alive_memory;
mod alive_self_check;
mod alive_service;
mod alive_stop;
mod alive_threads;
mod bursts;
mod challenge;
mod check;
mod confirmation;
mod counters;
mod encoder;
mod engine_choice;
mod engine_faults;
mod exit_codes;
mod explain;
mod fault_table;
mod faults;
mod gate_counters;
mod hung_device;
mod limits;
mod lines_commission;
mod lines_guard;
mod model_contract;
mod model_one_channel;
mod modes;
mod neighbours;
mod not_real_time;
mod onnx;
mod operator_screen_slow;
mod overwritten;
mod parts_not_seen;
mod picture_formats;
mod places;
mod recipe_models;
mod recipes;
mod runs;
mod stalled_station;
mod stops;
mod stuck_neighbours;
mod stuck_stop;
mod trigger_camera;
mod trigger_files;
mod trigger_storm;
mod tune_recipe;
mod verdict_masks;
mod watch_writers;
mod without_journal;
mod writers;
