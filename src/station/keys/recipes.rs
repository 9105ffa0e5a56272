//! Keys of the sections `recipe` and `recipes`, which describe one product each.

use super::KeyKind::{self, Choice, Integer, List, Real, Section, Text};
use super::pictures::{INPUT_SIDE, NAME_OR_EMPTY, ORDER, RESIZE, SCORE_KIND};
use super::{Key, PATH, PIXEL, PIXELS, key, optional};
use crate::drift;
use crate::recipe;

const RECIPE_NAME: KeyKind = Text(1, recipe::NAME_MAX);
const AREA: KeyKind = Integer(0, 100_000_000);
const MEASURED: KeyKind = Real(0.0, 300_000_000.0);

/// The keys of one recipe, whose section has this path.
macro_rules! recipe {
    ($recipe:literal) => {
        &[
            key(
                concat!($recipe, ".name"),
                RECIPE_NAME,
                "name of the product",
            ),
            optional(
                concat!($recipe, ".model"),
                PATH,
                "model file of this recipe",
            ),
            optional(
                concat!($recipe, ".mask"),
                NAME_OR_EMPTY,
                "name of its class-mask output; empty for none",
            ),
            optional(
                concat!($recipe, ".scores"),
                NAME_OR_EMPTY,
                "name of its per-class score output; empty for none",
            ),
            optional(
                concat!($recipe, ".score_kind"),
                SCORE_KIND,
                "what its scores are",
            ),
            optional(
                concat!($recipe, ".image"),
                Section,
                "from frame to the input of this recipe's model; what is left out comes from image",
            ),
            optional(
                concat!($recipe, ".image.roi"),
                Section,
                "part of the frame that is inspected",
            ),
            key(concat!($recipe, ".image.roi.x"), PIXEL, "left edge"),
            key(concat!($recipe, ".image.roi.y"), PIXEL, "upper edge"),
            key(concat!($recipe, ".image.roi.width"), PIXELS, "width"),
            key(concat!($recipe, ".image.roi.height"), PIXELS, "height"),
            optional(
                concat!($recipe, ".image.size"),
                Section,
                "size of the model's input",
            ),
            key(concat!($recipe, ".image.size.width"), INPUT_SIDE, "width"),
            key(concat!($recipe, ".image.size.height"), INPUT_SIDE, "height"),
            optional(
                concat!($recipe, ".image.order"),
                ORDER,
                "order of the channels in the model's input; as the model was trained",
            ),
            optional(
                concat!($recipe, ".image.resize"),
                RESIZE,
                "rule of the resize, as the model was trained",
            ),
            key(
                concat!($recipe, ".classes"),
                List(1, recipe::CLASSES_MAX),
                "the defect classes; others are background",
            ),
            key(
                concat!($recipe, ".classes[].class"),
                Integer(1, 254),
                "index of the class in the model's output; 255 marks memory that the device did not write",
            ),
            key(concat!($recipe, ".classes[].name"), RECIPE_NAME, "name of the class"),
            key(
                concat!($recipe, ".classes[].score_min"),
                Real(0.0, 1.0),
                "a pixel belongs to the class if its score (a probability, after softmax or sigmoid) is at least this",
            ),
            key(
                concat!($recipe, ".classes[].blob_area_min_px"),
                AREA,
                "smaller blobs are noise and do not count",
            ),
            key(
                concat!($recipe, ".classes[].blob_area_max_px"),
                AREA,
                "a larger blob rejects the part",
            ),
            key(
                concat!($recipe, ".classes[].total_area_max_px"),
                AREA,
                "blobs of the class with a larger total area reject the part",
            ),
            optional(
                concat!($recipe, ".zones"),
                List(0, recipe::ZONES_MAX),
                "rectangles with their own rule",
            ),
            key(concat!($recipe, ".zones[].name"), RECIPE_NAME, "name of the zone"),
            key(concat!($recipe, ".zones[].x"), PIXEL, "left edge"),
            key(concat!($recipe, ".zones[].y"), PIXEL, "upper edge"),
            key(concat!($recipe, ".zones[].width"), PIXELS, "width"),
            key(concat!($recipe, ".zones[].height"), PIXELS, "height"),
            key(
                concat!($recipe, ".zones[].rule"),
                Choice(&["ignore", "no_defect"]),
                "ignore: pixels in it do not count; no_defect: any blob that touches it rejects",
            ),
            optional(
                concat!($recipe, ".part_present"),
                Section,
                "how to tell that a part is in the picture",
            ),
            key(concat!($recipe, ".part_present.x"), PIXEL, "left edge"),
            key(concat!($recipe, ".part_present.y"), PIXEL, "upper edge"),
            key(concat!($recipe, ".part_present.width"), PIXELS, "width"),
            key(concat!($recipe, ".part_present.height"), PIXELS, "height"),
            key(
                concat!($recipe, ".part_present.brightness_min"),
                Integer(0, 255),
                "lowest brightness (mean of the channels) of a part",
            ),
            key(
                concat!($recipe, ".part_present.brightness_max"),
                Integer(0, 255),
                "highest brightness of a part",
            ),
            key(
                concat!($recipe, ".part_present.share_min_percent"),
                Integer(1, 100),
                "share of the rectangle that must be within these limits",
            ),
            optional(
                concat!($recipe, ".drift"),
                Section,
                "measures of picture and mask, recorded with each part and averaged; without it, nothing is measured",
            ),
            key(
                concat!($recipe, ".drift.parts"),
                Integer(10, 10_000),
                "about how many of the last parts an average is of",
            ),
            key(
                concat!($recipe, ".drift.baselines"),
                List(0, drift::MEASURES),
                "what the averages are compared with; `sluice drift --baseline` proposes it",
            ),
            key(
                concat!($recipe, ".drift.baselines[].measure"),
                Choice(&[
                    "brightness",
                    "contrast",
                    "sharpness",
                    "saturated_percent",
                    "margin_percent",
                    "mask_px",
                ]),
                "the measure",
            ),
            key(
                concat!($recipe, ".drift.baselines[].normal"),
                MEASURED,
                "its average when the station was commissioned",
            ),
            key(
                concat!($recipe, ".drift.baselines[].warning"),
                MEASURED,
                "how far the average may be from normal without a warning",
            ),
            key(
                concat!($recipe, ".drift.baselines[].fault"),
                MEASURED,
                "how far it may be before no part passes until a reset",
            ),
        ]
    };
}

/// The sections themselves.
pub(super) const SECTIONS: &[Key] = &[
    key(
        "recipe",
        Section,
        "how the product is judged, in pixels of the model's input; the one at the start, if there are several",
    ),
    optional(
        "recipe.code",
        Integer(0, 15),
        "code with which the input lines choose it",
    ),
    optional(
        "recipes",
        List(1, recipe::RECIPES_MAX - 1),
        "how further products are judged",
    ),
    key(
        "recipes[].code",
        Integer(0, 15),
        "code with which the input lines choose it",
    ),
];
pub(super) const RECIPE: &[Key] = recipe!("recipe");
pub(super) const RECIPES: &[Key] = recipe!("recipes[]");
