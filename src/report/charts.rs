//! Bars over time, drawn by plotters as SVG. Colours are those of the page, so that they follow its light and dark.

use std::fmt::Display;

use plotters::prelude::*;

const SIZE: (u32, u32) = (760, 220);
/// Colours that are replaced by those of the page once the picture is drawn.
const BAR: RGBColor = RGBColor(1, 1, 1);
const INK: RGBColor = RGBColor(2, 2, 2);
const PAPER_LINE: RGBColor = RGBColor(3, 3, 3);
/// Labels below the axis.
const LABELS: usize = 8;

/// A bar for each of `counts`, in order; nothing when there are none. `name` says what the picture shows to those who do not see it.
pub fn bars<K: Display>(name: &str, counts: &[(K, u64)]) -> String {
    let mut svg = String::new();
    // Drawing to memory fails for no reason that data could give; the table below the picture says the same.
    if counts.is_empty() || draw(counts, &mut svg).is_err() {
        return String::new();
    }
    let svg = svg
        .replace("#010101", "var(--bar)")
        .replace("#020202", "var(--ink)")
        .replace("#030303", "var(--line)")
        .replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{}\" ", super::escape(name)), 1);
    // Fixed measures would not shrink on a phone; the view box stays.
    svg.replacen(&format!("width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1), "", 1)
}

fn draw<K: Display>(counts: &[(K, u64)], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let highest = counts.iter().map(|c| c.1).max().unwrap_or(1);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let last = i32::try_from(counts.len())? - 1;
    let mut chart = ChartBuilder::on(&area)
        .margin(6)
        .x_label_area_size(26)
        .y_label_area_size(48)
        .build_cartesian_2d((0..last).into_segmented(), 0.0..highest as f64 * 1.05)?;
    // A segment is a bar, and its label stands below the middle of it.
    let label = |at: &SegmentValue<i32>| match at {
        SegmentValue::CenterOf(n) => {
            usize::try_from(*n).ok().and_then(|n| counts.get(n)).map(|c| c.0.to_string()).unwrap_or_default()
        }
        SegmentValue::Exact(_) | SegmentValue::Last => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(LABELS.min(counts.len()))
        .x_label_formatter(&label)
        .y_labels(4)
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style(("sans-serif", 12, &INK))
        .axis_style(PAPER_LINE)
        .light_line_style(PAPER_LINE)
        .bold_line_style(PAPER_LINE)
        .draw()?;
    chart.draw_series((0..=last).zip(counts).map(|(n, (_, count))| {
        let corners = [(SegmentValue::Exact(n), 0.0), (SegmentValue::Exact(n + 1), *count as f64)];
        let mut bar = Rectangle::new(corners, BAR.filled());
        bar.set_margin(0, 0, 1, 1);
        bar
    }))?;
    area.present()?;
    drop(chart);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_the_colours_of_the_page() {
        let svg = bars("articles by <year>", &[("2023", 3), ("2024", 5)]);
        assert!(svg.starts_with("<svg role=\"img\" aria-label=\"articles by &lt;year&gt;\""), "{svg}");
        assert!(svg.contains("var(--bar)") && svg.contains("2024") && !svg.contains("#010101"));
        assert!(bars::<u8>("none", &[]).is_empty());
    }
}
