using System.Globalization;

namespace Orchestrator.Local.Faults;

/// <summary>Which participants misbehave and how often, and the pace of the sagas meanwhile.</summary>
public sealed class FaultSpec
{
    /// <summary>An example of a specification.</summary>
    public const string Example = "payment: refuse=0.1 silence=0.1; all: duplicate=0.02; seed=7; pace=0.1";

    const string All = "all", SeedName = "seed", PaceName = "pace";
    const double Slowest = 100, Fastest = 0.001;

    readonly Dictionary<(string Participant, Fault Fault), decimal> _rates = [];

    FaultSpec()
    {
    }

    /// <summary>The number that chooses the messages that meet faults. The same seed makes the same choice.</summary>
    public long Seed { get; private set; } = 1;

    /// <summary>Every time limit and pause of the sagas is multiplied by this.</summary>
    public double Pace { get; private set; } = 1;

    /// <summary>The share of commands that meet a fault, from 0 to 1, among the commands that can meet it.</summary>
    public decimal Rate(string participant, Fault fault) => _rates.GetValueOrDefault((participant, fault));

    /// <summary>Parses a specification, such as <see cref="Example"/>.</summary>
    /// <param name="text">Entries, separated by semicolons. A later entry overrides an earlier one.</param>
    /// <exception cref="FormatException">The text is not a specification. The message names the place and what is accepted
    /// there.</exception>
    public static FaultSpec Parse(string text)
    {
        var spec = new FaultSpec();
        var number = 0;
        foreach (var entry in text.Split(';', StringSplitOptions.TrimEntries))
        {
            number++;
            if (entry.Length == 0)
                throw new FormatException($"entry {number} is empty; an example is '{Example}'");
            if (spec.Add(entry) is { } problem)
                throw new FormatException($"entry {number} '{entry}': {problem}");
        }

        return spec.SumProblem() is { } sum ? throw new FormatException(sum) : spec;
    }

    string? Add(string entry) => entry.Split(':', 2, StringSplitOptions.TrimEntries) is [var participant, var faults]
        ? AddFaults(participant, faults)
        : AddSetting(entry);

    string? AddSetting(string entry) => Assignment(entry) switch
    {
        (SeedName, var value) => AddSeed(value),
        (PaceName, var value) => AddPace(value),
        _ => $"it is neither 'participant: fault=rate …' nor '{SeedName}=NUMBER' nor '{PaceName}=NUMBER'",
    };

    string? AddSeed(string value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed))
            return $"the {SeedName} '{value}' is not a whole number of 64 bits";
        Seed = seed;
        return null;
    }

    string? AddPace(string value)
    {
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var pace) || !(pace is >= Fastest and <= Slowest))
            return string.Create(CultureInfo.InvariantCulture, $"the {PaceName} '{value}' is not a number from {Fastest} to {Slowest}");
        Pace = pace;
        return null;
    }

    string? AddFaults(string participant, string faults)
    {
        if (participant != All && !Participants.All.Contains(participant))
            return $"there is no participant '{participant}'; {string.Join(", ", Participants.All)} and {All} are known";
        var assignments = faults.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return assignments.Length == 0
            ? $"it names no fault of {participant}; {string.Join(", ", Names)} are known, each with a rate"
            : assignments.Select(assignment => AddFault(participant, assignment)).FirstOrDefault(problem => problem is not null);
    }

    string? AddFault(string participant, string assignment)
    {
        var (name, value) = Assignment(assignment);
        if (!Names.Contains(name))
            return $"there is no fault '{name}'; {string.Join(", ", Names)} are known, each with a rate such as silence=0.1";
        // A decimal, since its sums of tenths are exact and it has no NaN.
        if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || rate is < 0 or > 1)
            return $"the rate '{value}' of {name} is not a number from 0 to 1";
        foreach (var each in participant == All ? Participants.All : [participant])
            _rates[(each, Enum.Parse<Fault>(name, ignoreCase: true))] = rate;
        return null;
    }

    string? SumProblem()
    {
        foreach (var participant in Participants.All)
        {
            var sum = FaultDecisions.Exclusive.Sum(fault => Rate(participant, fault));
            if (sum > 1)
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{participant}: {string.Join(", ", FaultDecisions.Exclusive.Select(Name))} add up to {sum}; a command meets at most "
                    + $"one of them, so the sum can be at most 1");
        }

        return null;
    }

    static string[] Names { get; } = [.. Enum.GetValues<Fault>().Select(Name)];

    /// <summary>The name of a fault in a specification.</summary>
    internal static string Name(Fault fault) => fault.ToString().ToLowerInvariant();

    static (string Name, string Value) Assignment(string text) =>
        text.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value] ? (name, value) : (text, "");
}
