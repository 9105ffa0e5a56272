//! Painted marks in a two-class mask: areas and lines of one value, as opposed to soft edges.
//!
//! A lossy writer (JPEG, scaling, antialiasing) leaves greys of many values around each white area.
//! They carry no defect of their own. A value that was painted shows in one of two ways. An area
//! has a square of [`SIDE`] x [`SIDE`] equal pixels. Thin lines make one value more than half of
//! all dark pixels. The 388 masks of the Magnetic-Tile data set with soft edges have neither.

use crate::image::CHANNELS;
use crate::labelled::eval::DEFECT_MIN;

/// Side of the smallest area.
const SIDE: u32 = 3;
/// Pixels of the smallest line.
const LINE_MIN_PX: u32 = SIDE * SIDE;

type Rgb = [u16; CHANNELS];
/// Column, row, colour, grey value.
type Mark = (u32, u32, Rgb, u8);

/// Finds marks while pixels are added row by row.
#[derive(Debug)]
pub(super) struct Marks {
    width: u32,
    x: u32,
    y: u32,
    /// Up to the current column this row, from there on the row above.
    row: Vec<Rgb>,
    /// For each column: in how many consecutive rows [`SIDE`] pixels of one colour ended there.
    heights: Vec<u32>,
    /// Equal pixels to the left, including this one.
    run: u32,
    /// The colours of areas; two are enough.
    colours: Vec<Rgb>,
    /// The first area that is too dark.
    area: Option<Mark>,
    /// Dark pixels by grey value: how many, and the first.
    dark: [(u32, Option<Mark>); DEFECT_MIN as usize],
}

impl Marks {
    pub(super) fn new(width: u32) -> Self {
        Self {
            width,
            x: 0,
            y: 0,
            row: vec![[0; CHANNELS]; width as usize],
            heights: vec![0; width as usize],
            run: 0,
            colours: Vec::new(),
            area: None,
            dark: [(0, None); DEFECT_MIN as usize],
        }
    }

    /// Adds the next pixel.
    pub(super) fn add(&mut self, rgb: Rgb, grey: u8) {
        let (x, y) = (self.x, self.y);
        let index = x as usize;
        let left = x
            .checked_sub(1)
            .and_then(|left| self.row.get(left as usize));
        self.run = if left == Some(&rgb) { self.run + 1 } else { 1 };
        if let (Some(above), Some(height)) = (self.row.get_mut(index), self.heights.get_mut(index))
        {
            *height = match (self.run >= SIDE, *above == rgb) {
                (false, _) => 0,
                (true, true) => *height + 1,
                (true, false) => 1,
            };
            *above = rgb;
            if *height >= SIDE && rgb != [0; CHANNELS] {
                self.note_area((x + 1 - SIDE, y + 1 - SIDE, rgb, grey));
            }
        }
        if rgb != [0; CHANNELS]
            && let Some((count, first)) = self.dark.get_mut(usize::from(grey))
        {
            *count += 1;
            first.get_or_insert((x, y, rgb, grey));
        }
        self.x += 1;
        if self.x >= self.width {
            (self.x, self.y, self.run) = (0, y + 1, 0);
        }
    }

    fn note_area(&mut self, area: Mark) {
        let (_, _, rgb, grey) = area;
        if grey < DEFECT_MIN {
            self.area.get_or_insert(area);
        }
        if self.colours.len() < 2 && !self.colours.contains(&rgb) {
            self.colours.push(rgb);
        }
    }

    /// An area or a line that is too dark to be a defect.
    pub(super) fn dark(&self) -> Option<Mark> {
        let all: u32 = self.dark.iter().map(|(count, _)| count).sum();
        let mut lines = self.dark.iter();
        let line = lines.find(|(count, _)| *count >= LINE_MIN_PX && 2 * count > all);
        self.area.or(line.and_then(|(_, first)| *first))
    }

    /// Two colours of areas, if there are that many.
    pub(super) fn two_colours(&self) -> Option<(Rgb, Rgb)> {
        match *self.colours {
            [one, other, ..] => Some((one, other)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mask from text, one row each: `.` is black, `#` white, and a digit is that grey value.
    fn marks(rows: &[&str]) -> Marks {
        let width = rows.first().map_or(0, |row| row.len());
        let mut marks = Marks::new(width.try_into().unwrap());
        for pixel in rows.concat().bytes() {
            let grey = match pixel {
                b'.' => 0,
                b'#' => 255,
                digit => digit - b'0',
            };
            marks.add([grey.into(); CHANNELS], grey);
        }
        marks
    }

    #[test]
    fn an_area_has_three_by_three_equal_pixels() {
        let found = marks(&["#.111", "..111", ".1111", "....."]).dark();
        assert_eq!(found, Some((2, 0, [1; 3], 1)));
        for rows in [
            ["#.111", "..121", ".1111", "....."],
            ["#.11.", "..11.", "..11.", "....."],
            // The end of one row and the start of the next are not neighbours.
            ["11..1", "11..1", "11..1", "...22"],
        ] {
            assert_eq!(marks(&rows).area, None, "{rows:?}");
        }
    }

    #[test]
    fn a_line_has_nine_pixels_and_more_than_half_of_the_dark_ones() {
        assert!(marks(&["111111111", "#########"]).dark().is_some());
        assert!(marks(&["11111111.", "#########"]).dark().is_none());
        assert!(marks(&["111111111", "234567892"]).dark().is_none());
        assert!(marks(&["111111111", "23456789."]).dark().is_some());
    }

    #[test]
    fn two_areas_of_different_colours_are_found() {
        assert_eq!(marks(&["###9##", "###9##", "###9##"]).two_colours(), None);
        let two = marks(&["###999", "###999", "###999"]).two_colours();
        assert_eq!(two, Some(([255; 3], [9; 3])));
    }
}
