using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Hosting.Commands;
using Orchestrator.Journal;

namespace Orchestrator.Hosting.Operations;

/// <summary>The options with which an operator chooses sagas: by their names, or by a filter.</summary>
/// <param name="step">The command's own option for a step, if it has one. A filter then chooses only sagas that wait at this step.</param>
sealed class WhichSagas(Option<string>? step)
{
    static readonly Argument<string[]> Names = new("saga")
    {
        Description = "Their ids or business keys",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<string[]> Saga = new("--saga")
    {
        Description = "The same as the argument: ids or business keys",
        AllowMultipleArgumentsPerToken = true,
    };
    static readonly Option<string?> Kind = new("--kind") { Description = "Only sagas of this kind" };
    static readonly Option<string> AtStep = new("--step") { Description = "All unfinished sagas that wait at this step" };
    static readonly Option<bool> Yes = new("--yes") { Description = "Send the command to all that match; without it they are only listed" };
    static readonly Option<(string Field, string Value)[]> Where = new("--where")
    {
        Description = "All unfinished sagas whose state, step or shown column has this value, like state=Suspended; all must be true",
        CustomParser = Fields,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Names);
        foreach (var option in new Option[] { Saga, Kind, Where, step ?? AtStep, Yes }.Where(option => !command.Options.Contains(option)))
            command.Options.Add(option);
        command.Validators.Add(asked =>
        {
            if (IsNamed(asked) == IsFilter(asked))
                asked.AddError($"Which sagas? Name them by id or business key, or give --where{(step is null ? " or --step" : "")}");
        });
    }

    /// <summary>Whether sagas are named.</summary>
    public static bool IsNamed(SymbolResult asked) => asked.GetResult(Names) is { Tokens.Count: > 0 } || IsGiven(asked, Saga);

    /// <summary>The names of the sagas: ids or business keys.</summary>
    public static IReadOnlyList<string> NamesOf(ParseResult parsed) =>
        [.. (parsed.GetValue(Names) ?? []).Concat(parsed.GetValue(Saga) ?? []).Distinct()];

    /// <summary>Whether the command is sent to all that match. Otherwise they are only listed.</summary>
    public static bool IsMeant(ParseResult parsed) => parsed.GetValue(Yes);

    /// <summary>The kinds of saga to choose from.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static IReadOnlyList<ISagaKind> KindsOf(ParseResult parsed, IReadOnlyList<ISagaKind> kinds) =>
        KindsOf(parsed.GetValue(Kind), kinds);

    /// <summary>The kind with this name; all kinds when no name is given.</summary>
    /// <exception cref="UsageException">There is no such kind.</exception>
    public static IReadOnlyList<ISagaKind> KindsOf(string? name, IReadOnlyList<ISagaKind> kinds) =>
        name is null ? kinds
        : kinds.Where(kind => kind.Name == name).ToList() is { Count: 1 } one ? one
        : throw new UsageException(
            $"there is no kind of saga '{name}'; the kinds are {string.Join(", ", kinds.Select(kind => kind.Name))}");

    /// <summary>The filter.</summary>
    /// <exception cref="UsageException">No saga can ever match.</exception>
    public SagaFilter FilterOf(ParseResult parsed, IReadOnlyList<ISagaKind> kinds)
    {
        var wanted = (parsed.GetValue(Where) ?? []).ToList();
        if (parsed.GetValue(step ?? AtStep) is { } name)
            wanted.Add((SagaFilter.Step, name));
        return SagaFilter.Of(kinds, wanted);
    }

    bool IsFilter(SymbolResult asked) => IsGiven(asked, Where) || step is null && IsGiven(asked, AtStep);

    // The values are not read here, because each option reports its own invalid value.
    static bool IsGiven(SymbolResult asked, Option option) => asked.GetResult(option) is { Implicit: false };

    static (string Field, string Value)[] Fields(ArgumentResult result)
    {
        var fields = new List<(string, string)>();
        foreach (var token in result.Tokens)
        {
            if (token.Value.Split('=', 2) is [{ Length: > 0 } field, { Length: > 0 } value])
                fields.Add((field, value));
            else
                result.AddError($"'{token.Value}' is no condition; it is written like state=Suspended");
        }

        return [.. fields];
    }
}
