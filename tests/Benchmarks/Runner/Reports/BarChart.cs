using System.Globalization;
using System.Net;
using System.Text;

namespace Orchestrator.Tests.Benchmarks.Reports;

/// <summary>Groups of bars as an SVG picture.</summary>
/// <param name="title">The title, with the unit.</param>
/// <param name="series">The names of the bars of each group.</param>
/// <param name="groups">The groups. Each has a value for each of the series.</param>
sealed class BarChart(string title, IReadOnlyList<string> series, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> groups)
{
    const int Width = 760, Height = 320, Left = 60, Right = 20, Top = 60, Bottom = 40, Ticks = 5;

    static readonly int[] Round = [1, 2, 5, 10];
    static readonly string[] Colours = ["#3465a4", "#c4a000", "#73d216", "#cc0000", "#75507b", "#888a85"];

    /// <summary>The picture.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<rect width="{Width}" height="{Height}" fill="white"/>""");
        Text(svg, Left, 20, title, "start", bold: true);
        Legend(svg);
        var step = Step(groups.SelectMany(group => group.Values).DefaultIfEmpty(1).Max());
        Axis(svg, step);
        Bars(svg, step * Ticks);
        return svg.AppendLine("</svg>").ToString();
    }

    void Legend(StringBuilder svg)
    {
        for (var (i, x) = (0, Left); i < series.Count; i++)
        {
            svg.AppendLine(
                CultureInfo.InvariantCulture, $"""<rect x="{x}" y="32" width="12" height="12" fill="{Colours[i % Colours.Length]}"/>""");
            Text(svg, x + 16, 42, series[i], "start");
            x += 36 + 7 * series[i].Length;
        }
    }

    static void Axis(StringBuilder svg, double step)
    {
        for (var tick = 0; tick <= Ticks; tick++)
        {
            var y = Height - Bottom - (double)tick / Ticks * (Height - Top - Bottom);
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"""<line x1="{Left}" y1="{y:0.0}" x2="{Width - Right}" y2="{y:0.0}" stroke="#ddd"/>""");
            Text(svg, Left - 6, y + 4, (tick * step).ToString("0.####", CultureInfo.InvariantCulture), "end");
        }
    }

    void Bars(StringBuilder svg, double top)
    {
        var place = (double)(Width - Left - Right) / groups.Count;
        var bar = place * 0.8 / series.Count;
        foreach (var (i, (name, values)) in groups.Index())
        {
            foreach (var (j, value) in values.Index())
            {
                var height = value / top * (Height - Top - Bottom);
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"""<rect x="{Left + i * place + place * 0.1 + j * bar:0.0}" y="{Height - Bottom - height:0.0}" """);
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"""width="{bar * 0.95:0.0}" height="{height:0.0}" fill="{Colours[j % Colours.Length]}">""");
                svg.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"""<title>{WebUtility.HtmlEncode(series[j])}, {WebUtility.HtmlEncode(name)}: {value:0.##}</title></rect>""");
            }

            Text(svg, Left + (i + 0.5) * place, Height - Bottom + 18, name, "middle");
        }
    }

    static void Text(StringBuilder svg, double x, double y, string text, string anchor, bool bold = false) => svg.AppendLine(
        CultureInfo.InvariantCulture,
        $"""<text x="{x:0.0}" y="{y:0.0}" text-anchor="{anchor}"{(bold ? " font-weight=\"bold\"" : "")}>"""
        + $"{WebUtility.HtmlEncode(text)}</text>");

    // 1, 2 or 5 times a power of ten, so that the marks are round numbers.
    static double Step(double most)
    {
        if (most <= 0)
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / Ticks)));
        return Round.Select(times => times * power).First(step => step * Ticks >= most);
    }
}
