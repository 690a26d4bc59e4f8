//! The profile for the Firefox Profiler, in its processed format.

use super::model::Profile;
use super::samples::Tier;
use fxprof_processed_profile::{
    CategoryColor, CpuDelta, Frame, FrameFlags, FrameInfo, Profile as Document, ReferenceTimestamp,
    SamplingInterval, Timestamp,
};
use std::collections::HashMap;
use std::time::{Duration, SystemTime};

/// Makes the document.
pub fn document(profile: &Profile) -> String {
    let begun = SystemTime::now() - Duration::from_nanos(profile.elapsed);
    let interval = SamplingInterval::from_nanos(profile.period);
    let mut document = Document::new(&profile.script, ReferenceTimestamp::from(begun), interval);
    let zero = Timestamp::from_nanos_since_reference(0);
    let number = std::process::id();
    let process = document.add_process(&profile.script, number, zero);
    let thread = document.add_thread(process, number, zero, true);
    document.set_thread_name(thread, "Python");
    let categories = Tier::ALL.map(|tier| {
        let colour = match tier {
            Tier::Interpreted => CategoryColor::Orange,
            Tier::Compiled => CategoryColor::Green,
            Tier::Runtime => CategoryColor::Blue,
            Tier::Collector => CategoryColor::Purple,
            Tier::Waiting => CategoryColor::Gray,
        };
        document.add_category(tier.name(), colour)
    });
    let mut known = HashMap::new();
    for sample in &profile.samples {
        let stack = *known.entry((sample.stack, sample.tier)).or_insert_with(|| {
            let frames: Vec<FrameInfo> = profile.stacks[sample.stack as usize]
                .iter()
                .map(|frame| {
                    let function = &profile.functions[frame.function as usize];
                    let label = format!("{} {}:{}", function.name, function.file, frame.line);
                    FrameInfo {
                        frame: Frame::Label(document.intern_string(&label)),
                        category_pair: categories[sample.tier as usize].into(),
                        flags: FrameFlags::IS_RELEVANT_FOR_JS,
                    }
                })
                .collect();
            document.intern_stack_frames(thread, frames.into_iter())
        });
        let taken = if sample.tier == Tier::Waiting { 0 } else { profile.period };
        let time = Timestamp::from_nanos_since_reference(sample.time);
        document.add_sample(thread, time, stack, CpuDelta::from_nanos(taken), 1);
    }
    serde_json::to_string(&document).unwrap_or_default()
}
