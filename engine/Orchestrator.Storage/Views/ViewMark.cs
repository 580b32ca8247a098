using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Storage.Views;

/// <summary>What a view carries to tell which definition made it: in its comment on PostgreSQL, in its text on SQLite.</summary>
/// <param name="Revision">How new the definition is.</param>
/// <param name="Hash">The hash of the view's statement.</param>
public sealed partial record ViewMark(ViewRevision Revision, string Hash)
{
    /// <summary>The mark in a text.</summary>
    /// <returns>Null when the text has none.</returns>
    public static ViewMark? In(string? text) => text is not null && Pattern().Match(text) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var definition)
        && int.TryParse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out var format)
        ? new ViewMark(new ViewRevision(definition, format), match.Groups[3].Value)
        : null;

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Made and replaced by the Orchestrator [definition {Revision.Definition}, format {Revision.Format}, {Hash}]");

    [GeneratedRegex(@"\[definition (\d+), format (\d+), ([0-9a-f]{16})\]")]
    private static partial Regex Pattern();
}
