using System.Threading.Channels;

namespace Orchestrator.Tests.Unit.Services.Payment.Interleaving;

/// <summary>One interleaving of acts that run side by side, with their deaths.</summary>
/// <param name="choices">The choices at the first decisions. Later decisions take the first option.</param>
/// <param name="faults">The largest number of deaths.</param>
/// <param name="switches">The largest number of times that an act is interrupted by another.</param>
public sealed class Schedule(IReadOnlyList<int> choices, int faults, int switches)
{
    readonly List<(int Options, int Chosen)> _decisions = [];
    readonly List<string> _log = [];
    int _faults = faults, _switches = switches;

    /// <summary>The history of the run, to find the reason of a failure.</summary>
    public override string ToString() => string.Join("; ", _log);

    /// <summary>The schedules with the same choices up to some decision, and there a choice that no schedule has taken yet.</summary>
    public IEnumerable<int[]> Others()
    {
        for (var at = choices.Count; at < _decisions.Count; at++)
        {
            for (var other = 1; other < _decisions[at].Options; other++)
                yield return [.. _decisions.Take(at).Select(decision => decision.Chosen), other];
        }
    }

    /// <summary>Takes one of the options, and records how many there were.</summary>
    public T Choose<T>(IReadOnlyList<T> options)
    {
        var chosen = _decisions.Count < choices.Count ? choices[_decisions.Count] : 0;
        _decisions.Add((options.Count, chosen));
        _log.Add(options[chosen]!.ToString()!);
        return options[chosen];
    }

    /// <summary>Runs the acts to their ends, one effect at a time.</summary>
    public async Task Run(params (string Name, Func<Act, Task> Body)[] bodies)
    {
        var arrivals = Channel.CreateUnbounded<Act>();
        var acts = bodies.Select(body => new Act(body.Name, act => arrivals.Writer.TryWrite(act))).ToList();
        var tasks = acts.Zip(bodies, (act, body) => Task.Run(async () =>
        {
            try
            {
                await body.Body(act);
            }
            finally
            {
                arrivals.Writer.TryWrite(act);
            }
        })).ToList();

        foreach (var _ in acts)
            await arrivals.Reader.ReadAsync();
        Act? last = null;
        while (Options(acts, last) is { Count: > 0 } options)
        {
            var turn = Choose(options);
            _faults -= turn.Fate == Fate.Happens ? 0 : 1;
            _switches -= last?.Next is null || turn.Acts.Contains(last) ? 0 : 1;
            last = turn.Acts[0];
            foreach (var act in turn.Acts)
                act.Go(turn.Fate);
            foreach (var _ in turn.Acts)
                await arrivals.Reader.ReadAsync();
        }

        await Task.WhenAll(tasks);
    }

    List<Turn> Options(List<Act> acts, Act? last)
    {
        var waiting = acts.Where(act => act.Next is not null).OrderBy(act => act != last).ToList();
        var movable = last?.Next is not null && _switches == 0 ? [last] : waiting;
        var options = movable.Select(act => new Turn([act], Fate.Happens)).ToList();
        if (_faults == 0)
            return options;
        options.AddRange(movable.Select(act => new Turn([act], Fate.Lost)));
        options.AddRange(movable.Select(act => new Turn([act], Fate.AnswerLost)));
        if (waiting.Count > 1)
            options.Add(new Turn(waiting, Fate.Lost));
        return options;
    }

    /// <summary>Some acts have their next effect, or all die at it.</summary>
    sealed class Turn(List<Act> acts, Fate fate)
    {
        readonly string _text = string.Join(" + ", acts.Select(act => $"{act.Name}: {act.Next}"))
            + (fate == Fate.Happens ? "" : $" {fate}");

        public List<Act> Acts => acts;

        public Fate Fate => fate;

        public override string ToString() => _text;
    }
}
