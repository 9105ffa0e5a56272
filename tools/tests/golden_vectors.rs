//! Promise: on every processor, the station's results for a picture agree with OpenCV and ONNX
//! Runtime: the same tensor byte for byte, the same mask in at least 99.99 % of the pixels, the
//! same verdict.
//!
//! `model/golden.py` writes the vectors and describes them. The model takes about a second for a
//! picture, and a minute on an emulated processor. `SLUICE_GOLDEN=pit,black` in the environment
//! limits the test to those pictures.

use ascendcl::Library;
use sluice::engine::Engine;
use sluice::frame::PictureSource;
use sluice::hash::Sha256;
use sluice::image::Roi;
use sluice::mask::{Content, DataType, ModelOutput};
use sluice::station::{self, Station};
use sluice::verdict::Inspector;
use sluice_tools::parts::{self, FRAME_HEIGHT, FRAME_WIDTH, Window};
use std::env;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const STATION: &str = "board/stations/host.json";
/// Share of good parts in the data sets of the vectors: the generator's default.
const GOOD_SHARE: f64 = 0.4;
/// Border of frame pixels around the ROI in the test's picture, so that cropping has something to
/// remove.
const MARGIN: usize = 24;
/// How many of a million mask pixels may differ.
const DIFFERING_MAX_PPM: usize = 100;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One line of `vectors.txt`.
struct Vector {
    source: String,
    name: String,
    place: String,
    roi: Roi,
    picture: String,
    tensor: String,
    code: String,
    text: String,
}

impl Vector {
    fn read(line: &str) -> Self {
        let words: Vec<&str> = line.splitn(8, ' ').collect();
        let sides: Vec<u32> = words[3]
            .split(',')
            .map(|side| side.parse().unwrap())
            .collect();
        let &[x, y, width, height] = sides.as_slice() else {
            panic!("{line}");
        };
        let word = |at: usize| words[at].to_owned();
        Self {
            source: word(0),
            name: word(1),
            place: word(2),
            roi: Roi {
                x,
                y,
                width,
                height,
            },
            picture: word(4),
            tensor: word(5),
            code: word(6),
            text: word(7),
        }
    }

    /// The picture as a PNG file, checked against its hash, and the ROI in it.
    fn picture(&self) -> (Vec<u8>, Roi) {
        let (bytes, png, roi) = match self.source.as_str() {
            "part" => self.part(),
            "flat" => {
                let value: u8 = self.place.parse().unwrap();
                let (width, height) = (self.roi.width as usize, self.roi.height as usize);
                let pixels = vec![value; width * height * 3];
                let png = png(&pixels, width, height);
                (pixels, png, self.roi)
            }
            "file" => {
                let file = fs::read(root().join(&self.place)).unwrap();
                (file.clone(), file, self.roi)
            }
            other => panic!("{other}"),
        };
        let found = Sha256::of(&bytes).to_string();
        assert_eq!(found, self.picture, "the picture {}", self.name);
        (png, roi)
    }

    /// A generated part: the ROI's pixels, a picture with a border of the frame, and the ROI in
    /// that picture.
    fn part(&self) -> (Vec<u8>, Vec<u8>, Roi) {
        let (seed, number) = self.place.split_once('/').unwrap();
        let (seed, number) = (seed.parse().unwrap(), number.parse().unwrap());
        let part = parts::render(
            parts::seed_of(seed, number),
            parts::kind_of(number, GOOD_SHARE),
        );
        let roi = self.roi;
        let (x, y) = (roi.x as usize, roi.y as usize);
        let (width, height) = (roi.width as usize, roi.height as usize);
        let (left, top) = (x.saturating_sub(MARGIN), y.saturating_sub(MARGIN));
        let window = Window {
            x: left,
            y: top,
            width: (x + width + MARGIN).min(FRAME_WIDTH) - left,
            height: (y + height + MARGIN).min(FRAME_HEIGHT) - top,
        };
        let pixels = part.pixels(window);
        let cut = pixels
            .chunks_exact(window.width * 3)
            .skip(y - top)
            .take(height)
            .flat_map(|row| &row[(x - left) * 3..(x - left + width) * 3])
            .copied()
            .collect();
        let inner = Roi {
            x: u32::try_from(x - left).unwrap(),
            y: u32::try_from(y - top).unwrap(),
            ..roi
        };
        (cut, png(&pixels, window.width, window.height), inner)
    }

    /// The mask with values 0 and 1.
    fn mask(&self) -> Vec<u8> {
        let file = fs::read(root().join(format!("model/golden/{}.png", self.name))).unwrap();
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut mask = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut mask).unwrap();
        mask.iter_mut()
            .for_each(|value| *value = (*value != 0).into());
        mask
    }
}

/// An 8-bit RGB file.
fn png(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let side = |side| u32::try_from(side).unwrap();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    file
}

fn vectors() -> Vec<Vector> {
    let text = fs::read_to_string(root().join("model/golden/vectors.txt")).unwrap();
    let lines = text.lines().filter(|line| {
        ["part ", "flat ", "file "]
            .iter()
            .any(|source| line.starts_with(source))
    });
    let mut vectors: Vec<_> = lines.map(Vector::read).collect();
    assert_eq!(vectors.len(), 15);
    if let Ok(wanted) = env::var("SLUICE_GOLDEN") {
        let wanted: Vec<&str> = wanted.split(',').collect();
        vectors.retain(|vector| wanted.contains(&vector.name.as_str()));
        assert_eq!(
            vectors.len(),
            wanted.len(),
            "SLUICE_GOLDEN names an unknown picture"
        );
    }
    vectors
}

/// The shipped station file, with an absolute path of the model.
fn station() -> Station {
    let mut station = station::read(&fs::read(root().join(STATION)).unwrap()).unwrap();
    let model = root().join(station.engine.model.as_str());
    station.engine.model = model.to_str().unwrap().try_into().unwrap();
    station
}

/// Makes the model's input for a picture and checks it against its hash.
fn tensor(vector: &Vector, station: &Station, out: &mut [u8]) {
    let (file, roi) = vector.picture();
    let image = &station.image;
    // Not zero, so that a byte that was never written is noticed.
    out.fill(0xa5);
    PictureSource::new(roi, image.size, image.order, image.resize)
        .unwrap()
        .read_into(file.as_slice(), out)
        .unwrap();
    let found = Sha256::of(out).to_string();
    assert_eq!(found, vector.tensor, "the tensor of {}", vector.name);
}

#[test]
fn the_vectors_belong_to_the_shipped_files() {
    let text = fs::read_to_string(root().join("model/golden/vectors.txt")).unwrap();
    let station = station::read(&fs::read(root().join(STATION)).unwrap()).unwrap();
    for (word, path) in [
        ("model", station.engine.model.as_str()),
        ("aipp", "model/aipp.cfg"),
    ] {
        let line = format!(
            "{word} {path} {}",
            Sha256::of_file(&root().join(path)).unwrap()
        );
        assert!(
            text.lines().any(|found| found == line),
            "\"{line}\" is missing: run model/golden.py again"
        );
    }
}

#[test]
fn crop_and_resize_give_the_bytes_of_opencv() {
    let station = station();
    let mut out = vec![0; station.image.size.bytes().unwrap()];
    for vector in vectors() {
        tensor(&vector, &station, &mut out);
    }
}

/// The verdicts on ONNX Runtime's masks, equal to the last pixel to those computed with OpenCV.
#[test]
fn the_masks_give_the_verdicts_computed_with_opencv() {
    let station = station();
    let size = station.image.size;
    let dims = [i64::from(size.height), i64::from(size.width)];
    let output = ModelOutput {
        name: "mask",
        dims: &dims,
        data_type: DataType::U8,
    };
    let mut inspector = Inspector::new(&station.recipe, size, &output, Content::Classes).unwrap();
    let mut input = vec![0; size.bytes().unwrap()];
    for vector in vectors() {
        // The part-present check needs the picture.
        tensor(&vector, &station, &mut input);
        let verdict = inspector.inspect(&vector.mask(), &input).unwrap();
        assert_eq!(verdict.to_string(), vector.text, "{}", vector.name);
        let code = if verdict.passes() {
            "pass"
        } else {
            verdict.code()
        };
        assert_eq!(code, vector.code, "{}", vector.name);
    }
}

#[test]
fn the_model_gives_the_masks_of_onnx_runtime() {
    let station = station();
    let library = Library::builtin(ascendcl_cpu::RESOLVER).unwrap();
    let engine = Engine::open(&station, library).unwrap();
    let mut inspector = engine.inspector(&station).unwrap();
    let judged = engine.outputs().judged;
    let mut free = engine.slots(1, &[judged]).unwrap().pop();
    for vector in vectors() {
        let (mut input, slot) = free.take().unwrap();
        tensor(&vector, &station, &mut input);
        let start = Instant::now();
        let finished = engine
            .run(slot, input, start + Duration::from_secs(3600))
            .unwrap();
        let took = start.elapsed();
        let output = finished.output(judged).unwrap();
        let verdict = inspector.inspect(output, finished.input()).unwrap();
        let pairs = vector
            .mask()
            .into_iter()
            .zip(inspector.mask())
            .collect::<Vec<_>>();
        let differing = pairs
            .iter()
            .filter(|(theirs, ours)| theirs != *ours)
            .count();
        println!(
            "{}: {differing} px differ, {verdict}, {} ms",
            vector.name,
            took.as_millis()
        );
        assert!(
            differing * 1_000_000 <= pairs.len() * DIFFERING_MAX_PPM,
            "{}: {differing} of {} pixels differ",
            vector.name,
            pairs.len()
        );
        let code = if verdict.passes() {
            "pass"
        } else {
            verdict.code()
        };
        assert_eq!(code, vector.code, "{}", vector.name);
        if differing == 0 {
            assert_eq!(verdict.to_string(), vector.text, "{}", vector.name);
        }
        free = Some(finished.into_parts());
    }
}
