//! The texts of the screens, each in all languages.

use super::lettering::Face;
use super::text::{ScreenLine, line};
use super::view::{BeltSpeed, Notice, StationState, View};
use crate::control::{Expected, Latch, Latches, Progress};
use crate::drift::{Drifted, Measure};
use crate::language::Language;
use crate::part::{Cause, Reason, Verdict};

/// A line in the language; the values that it names are those around it.
macro_rules! say {
    ($language:expr, $english:literal, $chinese:literal) => {
        match $language {
            Language::English => line(format_args!($english)),
            Language::Chinese => line(format_args!($chinese)),
        }
    };
}
pub(super) use say;

/// The station's state in a word.
pub(super) const fn state(state: StationState, language: Language) -> &'static str {
    let chinese = match state {
        StationState::Starting => "正在启动",
        StationState::Ready => "就绪",
        StationState::Busy => "检测中",
        StationState::Fault => "故障",
        StationState::Test => "测试",
        StationState::Challenge => "校验",
        StationState::Latched => "待复位",
        StationState::Halted | StationState::Stopped => "已停止",
    };
    language.choose(state.word(), chinese)
}

/// The verdict in a word.
pub(super) const fn verdict(verdict: Verdict, language: Language) -> &'static str {
    let chinese = match verdict {
        Verdict::Pass => "合格",
        Verdict::Reject(_) => "剔除",
        Verdict::Fault(_) => "故障",
    };
    language.choose(verdict.kind(), chinese)
}

/// A notice: its title and two short lines that fit on the smallest screen.
pub(super) fn notice(notice: Notice, language: Language) -> (&'static str, ScreenLine, ScreenLine) {
    let rejected = say!(language, "every part is rejected", "所有工件都被剔除");
    match notice {
        Notice::Stopped { by_command } => (
            language.choose("STOPPED", "已停止"),
            if by_command {
                say!(language, "by a command", "由命令停止")
            } else {
                say!(language, "by the input lines", "由输入线停止")
            },
            rejected,
        ),
        Notice::Belt => (
            language.choose("BELT FAULT", "传送带故障"),
            say!(language, "check belt and encoder", "检查传送带和编码器"),
            rejected,
        ),
        Notice::Challenge(progress) => {
            let (first, second) = challenge(progress, language);
            (language.choose("CHALLENGE", "校验"), first, second)
        }
        Notice::NoRecipe => (
            language.choose("NO RECIPE", "没有配方"),
            say!(language, "the code of the lines", "输入线的编码"),
            say!(language, "is no recipe's", "不属于任何配方"),
        ),
        Notice::RecipeChanges => (
            language.choose("RECIPE", "更换配方"),
            say!(language, "waits for an empty line", "等待线上没有工件"),
            say!(language, "and changes then", "然后更换"),
        ),
        // A reset does not end it.
        Notice::ResetNeeded(latches) if latches == Latches::of(Latch::Challenge) => (
            language.choose("CHALLENGE", "校验"),
            say!(language, "failed: repeat it", "未通过，请重做"),
            rejected,
        ),
        Notice::ResetNeeded(latches) => {
            let mut causes = latches.causes().map(|cause| latch(cause, language));
            let first = causes.next().unwrap_or_default();
            let second = match (causes.next(), causes.count()) {
                (None, _) => ScreenLine::new(),
                (Some(cause), 0) => line(format_args!("{cause}")),
                (Some(_), more) => {
                    let more = more + 1;
                    say!(language, "and {more} more", "还有 {more} 项")
                }
            };
            let title = language.choose("RESET NEEDED", "需要复位");
            (title, line(format_args!("{first}")), second)
        }
    }
}

/// Why READY waits for a reset.
const fn latch(latch: Latch, language: Language) -> &'static str {
    let chinese = match latch {
        Latch::Journal => "日志写入失败",
        Latch::Disk => "日志写入太慢",
        Latch::Guard => "监护进程退出过",
        Latch::Source => "相机失败",
        Latch::Line => "输出线失败",
        Latch::Late => "输出线动作太晚",
        Latch::RejectsInARow => "连续剔除太多",
        Latch::RejectRate => "剔除太多",
        Latch::BinFull => "剔除箱已满",
        Latch::Unconfirmed => "工件走错方向",
        Latch::Belt => "传送带位置不可信",
        Latch::Challenge => "校验未通过",
        Latch::Drift => "图片或掩膜漂移",
    };
    language.choose(latch.text(), chinese)
}

/// The speed of the belt, if it fits beside this text into a width.
pub(super) fn belt(view: &View<'_>, beside: &str, face: &Face, width_px: u32) -> ScreenLine {
    let text = match view.belt {
        None => return ScreenLine::new(),
        Some(BeltSpeed(0)) => say!(view.language, "belt STOP", "带停止"),
        Some(BeltSpeed(speed)) => say!(view.language, "belt {speed}/s", "带 {speed}/s"),
    };
    if face.width_px(beside) + face.width_px(" ") + face.width_px(&text) <= width_px {
        text
    } else {
        ScreenLine::new()
    }
}

/// How far a challenge is.
fn challenge(progress: Progress, language: Language) -> (ScreenLine, ScreenLine) {
    let rejected = say!(language, "every part is rejected", "所有工件都被剔除");
    match progress {
        Progress::Waiting => (
            say!(language, "waits for an empty line", "等待线上没有工件"),
            rejected,
        ),
        Progress::WaitingToRun => (
            say!(language, "waits for mode run", "等待运行模式"),
            rejected,
        ),
        Progress::Picture { number, of } => (
            say!(
                language,
                "golden picture {number} of {of}",
                "样件图片 {number}/{of}"
            ),
            rejected,
        ),
        Progress::NextPart {
            number,
            of,
            expected,
        } => (
            say!(
                language,
                "put golden part {number} of {of}",
                "请放样件 {number}/{of}"
            ),
            match expected {
                Expected::Pass => say!(language, "which must pass", "它必须合格"),
                Expected::Reject => say!(language, "which must be rejected", "它必须被剔除"),
            },
        ),
        Progress::Deciding { of } => (
            say!(
                language,
                "all {of} golden parts taken",
                "{of} 个样件都已放完"
            ),
            say!(language, "waits for the gate", "等待闸口"),
        ),
    }
}

/// The reason in two short lines that fit on the smallest screen. A part that passed has none;
/// then what has drifted is shown.
pub(super) fn reason(
    verdict: Verdict,
    drift: Option<Drifted>,
    language: Language,
) -> (ScreenLine, ScreenLine) {
    match verdict {
        Verdict::Pass => drift.map_or_else(Default::default, |drifted| drift_of(drifted, language)),
        Verdict::Reject(Reason::BlobArea {
            area_px,
            limit_px,
            x,
            y,
            ..
        }) => (
            say!(
                language,
                "blob {area_px} px, max {limit_px}",
                "缺陷 {area_px} px,上限 {limit_px}"
            ),
            say!(language, "at x {x}, y {y}", "位置 x {x}, y {y}"),
        ),
        Verdict::Reject(Reason::TotalArea {
            area_px, limit_px, ..
        }) => (
            say!(language, "defects {area_px} px", "缺陷合计 {area_px} px"),
            say!(language, "allowed {limit_px} px", "允许 {limit_px} px"),
        ),
        Verdict::Reject(Reason::TooManyBlobs) => (
            say!(language, "too many defects", "缺陷太多"),
            say!(language, "to count", "无法计数"),
        ),
        Verdict::Reject(Reason::PartAbsent {
            seen_percent,
            needed_percent,
        }) => (
            say!(language, "no part in the picture", "图片中没有工件"),
            say!(
                language,
                "seen {seen_percent} %, need {needed_percent} %",
                "占 {seen_percent} %,需 {needed_percent} %"
            ),
        ),
        Verdict::Fault(cause) => (
            line(format_args!("{}", cause_of(cause, language))),
            line(format_args!("{}", advice(cause, language))),
        ),
    }
}

fn drift_of(drifted: Drifted, language: Language) -> (ScreenLine, ScreenLine) {
    let Drifted {
        baseline, average, ..
    } = drifted;
    let measure = measure(baseline.measure, language);
    let (value, normal) = (
        baseline.measure.value(average),
        baseline.measure.value(baseline.normal),
    );
    (
        say!(language, "drift: {measure}", "漂移: {measure}"),
        say!(
            language,
            "{value}, normal {normal}",
            "{value},正常 {normal}"
        ),
    )
}

const fn measure(measure: Measure, language: Language) -> &'static str {
    let chinese = match measure {
        Measure::Brightness => "亮度",
        Measure::Contrast => "对比度",
        Measure::Sharpness => "清晰度",
        Measure::SaturatedPercent => "过曝像素",
        Measure::MarginPercent => "得分余量",
        Measure::MaskPx => "缺陷面积",
    };
    language.choose(measure.text(), chinese)
}

fn cause_of(cause: Cause, language: Language) -> ScreenLine {
    let chinese = match cause {
        Cause::File => "文件不可读",
        Cause::Picture => "图片不可用",
        Cause::NoPicture => "没有及时收到图片",
        Cause::TwoPictures => "图片多于一张",
        Cause::Camera => "相机失败",
        Cause::Missed => "未就绪时有触发",
        Cause::Late => "图片来得太晚",
        Cause::Deadline => "超过期限",
        Cause::Engine => "推理失败",
        Cause::Output => "模型输出无效",
        Cause::QueueFull => "队列已满",
        Cause::Stopping => "检测站正在停止",
    };
    match language {
        Language::English => line(format_args!("{cause}")),
        Language::Chinese => line(format_args!("{chinese}")),
    }
}

const fn advice(cause: Cause, language: Language) -> &'static str {
    match cause {
        Cause::File | Cause::Picture | Cause::NoPicture | Cause::TwoPictures | Cause::Camera => {
            language.choose("check the camera", "请检查相机")
        }
        Cause::Deadline | Cause::QueueFull | Cause::Missed | Cause::Late => {
            language.choose("line too fast", "生产线太快")
        }
        Cause::Engine => language.choose("see the journal", "请查看日志"),
        Cause::Output => language.choose("check the model", "请检查模型"),
        Cause::Stopping => language.choose("part rejected", "工件被剔除"),
    }
}

#[cfg(test)]
mod tests {
    use crate::screen::lettering::place;

    /// What the fonts lack would be shown as `?`.
    #[test]
    fn the_fonts_have_each_letter_of_the_screens() {
        for source in [
            include_str!("words.rs"),
            include_str!("colour.rs"),
            include_str!("mono.rs"),
            include_str!("text.rs"),
        ] {
            let foreign = source.chars().filter(|letter| !letter.is_ascii());
            for letter in foreign {
                assert!(place(letter).is_some(), "{letter}");
            }
        }
    }
}
