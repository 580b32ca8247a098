namespace Orchestrator.Tests.Servers;

/// <summary>A wrong clock for a host.</summary>
public static class FakeTime
{
    /// <summary>The environment of a process with a wrong clock. Its monotonic timers are right.</summary>
    /// <param name="by">The difference, in the form of libfaketime: <c>-20m</c>, <c>+30m</c>.</param>
    /// <exception cref="InvalidOperationException">libfaketime is not installed; the message says what to do.</exception>
    public static (string Name, string Value)[] Of(string by) =>
    [
        ("LD_PRELOAD", Library()),
        ("FAKETIME", by),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];

    /// <summary>Whether libfaketime is installed.</summary>
    public static bool IsInstalled => Find() is not null;

    static string Library() => Find()
        ?? throw new InvalidOperationException(
            "libfaketime is not under /usr/lib. Install it with 'sudo apt-get install faketime' (Debian, Ubuntu), or run ./test.sh, which "
            + "does so.");

    static string? Find() =>
        Directory.EnumerateFiles(
            "/usr/lib", "libfaketimeMT.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            .FirstOrDefault();
}
