using System.CommandLine;
using System.Globalization;

namespace Orchestrator.Simulation;

/// <summary>The program that runs sagas through simulated faults. One seed is one run, which is the same every time.</summary>
/// <example>
/// <code>
/// return SagaSimulation.Run(args, simulations => simulations.Add&lt;LoanSaga, Loan>("loan", loan => loan
///     .StartedBy((id, number, dice) => new LoanRequested(id, $"L-{number}", 100 + dice.Below(900)))
///     .Participant(database => new Bank(database))));
/// </code>
/// </example>
public static class SagaSimulation
{
    const int Usage = 2;

    /// <summary>Runs the program.</summary>
    /// <param name="args">Its arguments; <c>--help</c> lists them.</param>
    /// <param name="register">Adds the sagas.</param>
    /// <returns>The exit code: 0 when every check held, 1 when something was violated, 2 for wrong arguments.</returns>
    /// <exception cref="SimulationException">The description of a saga is invalid.</exception>
    public static int Run(string[] args, Action<Simulations> register) => Run(args, register, Console.Out, Console.Error);

    /// <summary>Runs the program for a test, with other outputs than the console.</summary>
    /// <param name="args">Its arguments.</param>
    /// <param name="register">Adds the sagas.</param>
    /// <param name="output">Gets the results.</param>
    /// <param name="error">Gets the progress, and errors in the arguments.</param>
    /// <returns>The exit code: 0 when every check held, 1 when something was violated, 2 for wrong arguments.</returns>
    /// <exception cref="SimulationException">The description of a saga is invalid.</exception>
    public static int Run(string[] args, Action<Simulations> register, TextWriter output, TextWriter error)
    {
        var simulations = new Simulations();
        register(simulations);
        if (simulations.Names.Count == 0)
            throw new SimulationException("there is no saga to run; add one with simulations.Add<TSaga, TData>(name, …)");
        var options = new Options(simulations);
        var root = new RootCommand("Runs sagas through simulated faults. One seed is one run, which is the same every time.")
        {
            options.Seeds, options.Seed, options.Saga, options.Instances, options.Defect,
        };
        root.SetAction(parsed => Run(parsed, options, simulations, output, error));
        var arguments = root.Parse(args);
        if (arguments.Errors is not [var mistake, ..])
            return arguments.Invoke(new InvocationConfiguration { Output = output, Error = error });
        // Not 1, because 1 means a violation.
        error.WriteLine($"{mistake.Message.TrimEnd('.')}; --help tells what can be asked for.");
        return Usage;
    }

    static int Run(ParseResult parsed, Options options, Simulations simulations, TextWriter output, TextWriter error)
    {
        var (make, count) = (simulations[parsed.GetValue(options.Saga)!], parsed.GetValue(options.Instances));
        var mistake = parsed.GetValue(options.Defect);
        if (parsed.GetValue(options.Seed) is { } one)
            return Report.Replay(one, make, count, mistake, output);
        if (Report.Range(parsed.GetValue(options.Seeds)!) is { } range)
            return Report.RunAll(range.From, range.To, make, count, mistake, output, error);
        error.WriteLine(
            $"--seeds {parsed.GetValue(options.Seeds)}: two whole numbers with two dots between, the first not above the second, "
            + "such as 1..1000");
        return Usage;
    }

    sealed class Options
    {
        public Options(Simulations simulations)
        {
            Seed.CustomParser = result =>
            {
                if (ulong.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return number;
                result.AddError($"--seed {result.Tokens.Single().Value}: a whole number, such as 42");
                return null;
            };
            Saga = new Option<string>("--saga") { Description = "The saga that runs", DefaultValueFactory = _ => simulations.Names[0] };
            Saga.AcceptOnlyFromAmong([.. simulations.Names]);
            Instances.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 10_000)
                    result.AddError($"{result.IdentifierToken?.Value ?? Instances.Name}: from 1 to 10000");
            });
            Defect.AcceptOnlyFromAmong([.. simulations.Defects]);
        }

        public Option<string> Seeds { get; } = new("--seeds")
        {
            Description = "The seeds to run, from A to B: A..B",
            DefaultValueFactory = _ => "1..1000",
        };

        public Option<ulong?> Seed { get; } = new("--seed")
        {
            Description = "Run only this seed, and print each delivery and the timeline",
        };

        public Option<string> Saga { get; }

        // The name --orders is older, and scripts use it.
        public Option<int> Instances { get; } = new("--instances", "--orders")
        {
            Description = "How many sagas each seed starts",
            DefaultValueFactory = _ => 20,
        };

        public Option<string?> Defect { get; } = new("--defect")
        {
            Description = "A deliberate mistake, to check that the simulation finds it",
        };
    }
}
