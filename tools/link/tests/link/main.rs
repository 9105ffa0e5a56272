//! What `sluice-link` promises: the program runs beside a journal that the station's own code
//! writes, and real brokers and clients look at it. One promise, one file.

mod broker;
mod certificates;
mod clients;
mod kept;
mod link;
mod metrics;
mod outage;
mod page;
mod read_only;
mod refused;
mod registers;
mod retained;
mod station;
mod tail;
mod tls;
mod unreadable;
