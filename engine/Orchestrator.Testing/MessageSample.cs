using System.Collections;
using System.Reflection;
using Orchestrator.Contracts;

namespace Orchestrator.Testing;

/// <summary>
/// Samples of messages. Each field has a value that is easily damaged on the way, such as special characters and many digits.
/// </summary>
public static class MessageSample
{
    static readonly Guid Anybody = new("0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b");

    /// <summary>A sample of a message, or of another type that messages carry.</summary>
    /// <param name="type">The type: text, id, number, amount, time, enum, or a record or list of these.</param>
    /// <param name="saga">The id for every field that is an id; null for a fixed id.</param>
    /// <param name="absent">Whether fields that may be null are null.</param>
    /// <exception cref="NotSupportedException">A field of the message has a type without a sample value.</exception>
    public static object Of(Type type, Guid? saga = null, bool absent = false)
    {
        if (type == typeof(string))
            return "Räksmörgås <\"\\\u2028&'> 😀";
        if (type == typeof(Guid))
            return saga ?? Anybody;
        if (Number(type) is { } number)
            return number;
        if (type == typeof(bool))
            return true;
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(1996, 7, 4, 23, 59, 59, TimeSpan.Zero).AddTicks(1_234_567);
        if (type == typeof(TimeSpan))
            return TimeSpan.FromTicks(1_234_567);
        if (type == typeof(Money))
            return new Money(0.10m, "USD");
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
            return ListOf(type.GetGenericArguments()[0], saga, absent);
        if (Nullable.GetUnderlyingType(type) is { } present)
            return Of(present, saga, absent);
        return type.IsEnum ? Enum.GetValues(type).GetValue(0)! : RecordOf(type, saga, absent);
    }

    static object? Number(Type type) =>
        type == typeof(int) ? int.MaxValue
        : type == typeof(long) ? long.MaxValue
        : type == typeof(double) ? 1 / 3d
        : type == typeof(decimal) ? 7922816251426433759354395.0335m
        : null;

    static object RecordOf(Type type, Guid? saga, bool absent)
    {
        if (!type.IsClass || type.IsAbstract || type.GetConstructors() is not [var constructor])
            throw new NotSupportedException($"there is no sample value of {type}; give your own message as a sample");
        var nullability = new NullabilityInfoContext();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            absent && nullability.Create(parameter).WriteState == NullabilityState.Nullable
                ? null
                : Of(parameter.ParameterType, saga, absent))]);
    }

    static IList ListOf(Type element, Guid? saga, bool absent)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        list.Add(Of(element, saga, absent));
        list.Add(Of(element, saga, absent));
        return list;
    }
}
