//! Tests of the heap with a toy object model: [`world`] changes a random graph beside a shadow model of it,
//! [`stress`] runs it in many settings, [`cases`] are single properties.

mod cases;
mod stress;
mod world;
