using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Orchestrator.Hosting.Commands;

/// <summary>Options that several commands have.</summary>
public static class CommandOptions
{
    /// <summary>The actor.</summary>
    public static readonly Option<string> Actor = Telling("--by", "Your name, which is recorded");

    /// <summary>The reason.</summary>
    public static readonly Option<string> Note = Telling("--note", "Why you do it, which is recorded");

    /// <summary>Parses ids.</summary>
    public static Guid[] Ids(ArgumentResult result)
    {
        var ids = new List<Guid>();
        foreach (var token in result.Tokens)
        {
            if (Guid.TryParse(token.Value, out var id))
                ids.Add(id);
            else
                result.AddError($"'{token.Value}' is no id; it is written like 0197f0c2-8d3e-7b61-9c05-1f2e3d4c5b6a");
        }

        return [.. ids];
    }

    /// <summary>An option that takes a time up to a year.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            // A number without a colon would be read as days.
            var text = result.Tokens[0].Value;
            if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time)
                && time >= TimeSpan.Zero && time <= TimeSpan.FromDays(365))
                return time;
            result.AddError($"{name} is '{text}'; it is a time up to a year, written like 00:05:00");
            return null;
        },
    };

    /// <summary>An option that takes a time in UTC.</summary>
    public static Option<DateTimeOffset?> Time(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        Required = required,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
                return time;
            result.AddError($"{name} is '{text}'; it is a time in UTC, written like 2026-11-30T08:00:00Z");
            return null;
        },
    };

    /// <summary>An option whose value is a text that must not be empty.</summary>
    public static Option<string> Telling(string name, string description, bool required = true)
    {
        var option = new Option<string>(name) { Description = description, Required = required };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text))
                result.AddError($"{name} must say something");
        });
        return option;
    }

    /// <summary>Adds a check to an option that its path is not empty.</summary>
    public static Option<string> Path(Option<string> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && string.IsNullOrWhiteSpace(value))
                result.AddError($"Option '{option.Name}' is empty");
        });
        return option;
    }

    /// <summary>Makes a text safe for a terminal, which would obey control characters.</summary>
    public static string Printable(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
