using System.Globalization;
using Spectre.Console;

namespace Orchestrator.Local.Reporting;

/// <summary>
/// Shows the progress of a run. On a terminal this is a line that stays in place, elsewhere a new line from time to time. Any thread may
/// count.
/// </summary>
/// <param name="console">Standard error, since standard output is for results.</param>
/// <param name="time">The clock of the process.</param>
public sealed class RunProgress(IAnsiConsole console, TimeProvider time)
{
    static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100), Elsewhere = TimeSpan.FromSeconds(5);

    readonly long _started = time.GetTimestamp();
    long _accepted, _known, _ended, _rejected;

    /// <summary>Progress on standard error.</summary>
    public static RunProgress OnStandardError(TimeProvider time) =>
        new(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), time);

    /// <summary>An order of the file was accepted.</summary>
    public void OrderAccepted() => Interlocked.Increment(ref _accepted);

    /// <summary>The order that was just accepted was known already, from an earlier run or an earlier line.</summary>
    public void OrderKnown() => Interlocked.Increment(ref _known);

    /// <summary>More accepted orders have ended.</summary>
    public void OrdersEnded(int orders) => Interlocked.Add(ref _ended, orders);

    /// <summary>A line was rejected; prints <c>FILE:LINE: rejected: REASON</c>.</summary>
    public void LineRejected(string file, long line, string reason)
    {
        Interlocked.Increment(ref _rejected);
        Say(string.Create(CultureInfo.InvariantCulture, $"{Terminal.Printable(file)}:{line}: rejected: {Terminal.Printable(reason)}"));
    }

    /// <summary>Some SKUs of the stock file were known already. The file did not change their stock.</summary>
    public void StockKnown(string file, long skus) => Say(string.Create(
        CultureInfo.InvariantCulture,
        $"{Terminal.Printable(file)}: {skus:N0} of its SKUs were known already; their stock stays as it is, since a stock file sets only "
        + $"what is new"));

    /// <summary>The current progress, in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"orders accepted {Volatile.Read(ref _accepted):N0}, known {Volatile.Read(ref _known):N0}, ended {Volatile.Read(ref _ended):N0}; "
        + $"lines rejected {Volatile.Read(ref _rejected):N0}; {time.GetElapsedTime(_started).TotalSeconds:N0} s");

    /// <summary>Shows the progress until the work is done.</summary>
    public async Task During(Task work)
    {
        if (console.Profile.Out.IsTerminal)
            await console.Status().StartAsync(ToString(), status => Until(work, OnTerminal, () => status.Status(ToString())));
        else
            await Until(work, Elsewhere, () => Say(ToString()));
        await work;
    }

    async Task Until(Task work, TimeSpan period, Action show)
    {
        while (await Task.WhenAny(work, Task.Delay(period, time)) != work)
            show();
    }

    // Without a terminal this does not write through Spectre, which would wrap lines at an assumed width.
    void Say(string line)
    {
        if (console.Profile.Out.IsTerminal)
            console.WriteLine(line);
        else
            lock (console)
                console.Profile.Out.Writer.WriteLine(line);
    }
}
