namespace Orchestrator.Storage;

/// <summary>The result of a request that needs rows. It has none when another session has locked one of them.</summary>
/// <param name="IsLocked">True when a row that it needs is locked. Then nothing was written for it.</param>
/// <param name="Result">Its result, when it is not locked.</param>
public readonly record struct Attempt<T>(bool IsLocked, T? Result);

/// <summary>The two outcomes of an attempt.</summary>
public static class Attempt
{
    /// <summary>It has a result.</summary>
    public static Attempt<T> Done<T>(T result) => new(false, result);

    /// <summary>It has to be tried again.</summary>
    public static Attempt<T> Locked<T>() => new(true, default);
}
