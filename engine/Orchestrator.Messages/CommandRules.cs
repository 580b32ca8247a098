namespace Orchestrator.Contracts;

/// <summary>The rules for the commands of all senders. A participant checks them before it acts.</summary>
public static class CommandRules
{
    /// <summary>Rejects a command that breaks a rule: it goes to the dead letters, and nothing of it is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="violations">What is wrong with the command's own fields; null for a field that is right.</param>
    /// <exception cref="RejectedMessageException">A rule is broken; the message names the first.</exception>
    public static void Check(IStepMessage command, params ReadOnlySpan<string?> violations)
    {
        Reject(command, command.SagaId == Guid.Empty ? "the id of its saga is all zeros or missing" : null);
        Reject(command, command.Epoch < 1 ? FormattableString.Invariant($"epoch is {command.Epoch}; epochs count from 1") : null);
        foreach (var violation in violations)
            Reject(command, violation);
    }

    /// <summary>Why an amount can't be kept; null when it can.</summary>
    /// <param name="field">The name of the amount in the reason.</param>
    /// <param name="money">The amount.</param>
    public static string? Violation(string field, Money money) => money switch
    {
        { Currency: var currency } when !Currency.IsWellFormed(currency) =>
            $"{field}.currency is not a code of three upper-case letters, such as USD",
        { Amount: < 0 } => FormattableString.Invariant($"{field}.amount is {money.Amount}; it can't be negative"),
        _ when money.Amount > long.MaxValue / (decimal)Currency.MinorUnitsPerUnit(money.Currency) =>
            $"{field}.amount is more than an amount can hold",
        _ when money.Amount != Money.Rounded(money.Amount, money.Currency).Amount =>
            FormattableString.Invariant(
                $"{field}.amount is {money.Amount}; {money.Currency} has {Currency.MinorUnitDigits(money.Currency)} decimals"),
        _ => null,
    };

    static void Reject(IStepMessage command, string? violation)
    {
        if (violation is not null)
            throw new RejectedMessageException($"{command.GetType().Name} of {command.SagaId}: {violation}");
    }
}
