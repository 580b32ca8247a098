using System.Collections;
using System.Reflection;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;
using Orchestrator.Contracts.Rides;

namespace Orchestrator.Tests.Unit.Contracts;

/// <summary>Every message of the contracts, and samples of each.</summary>
static class Messages
{
    public static IEnumerable<Type> Types { get; } = new[] { typeof(ISagaMessage).Assembly, typeof(OrderSubmitted).Assembly, typeof(RideRequested).Assembly }
        .Distinct()
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => MessageContract.Problem(type) is null)
        .OrderBy(type => type.FullName, StringComparer.Ordinal);

    /// <summary>A message with every field set to something that is easily lost on the way.</summary>
    public static object Sample(Type type) => Value(type, absent: false)!;

    /// <summary>The same, with null in every field that may be null.</summary>
    public static object SparseSample(Type type) => Value(type, absent: true)!;

    /// <summary>A value of a type that messages carry.</summary>
    public static object? Value(Type type, bool absent)
    {
        if (type == typeof(string))
            return "Räksmörgås <\"\\\u2028&'> 😀";
        if (type == typeof(Guid))
            return new Guid("0197a1b2-c3d4-7e5f-8a6b-0c1d2e3f4a5b");
        if (type == typeof(int))
            return int.MaxValue;
        if (type == typeof(long))
            return long.MaxValue;
        if (type == typeof(double))
            return 1 / 3d;
        if (type == typeof(decimal))
            return 7922816251426433759354395.0335m;
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(1996, 7, 4, 23, 59, 59, TimeSpan.Zero).AddTicks(1_234_567);
        if (type == typeof(Money))
            return new Money(0.10m, "USD");
        if (type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)))
            return ListOf(type.GetGenericArguments()[0], absent);
        if (Nullable.GetUnderlyingType(type) is { } present)
            return Value(present, absent);
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(0);
        if (!type.IsClass)
            throw new NotSupportedException($"Say in {nameof(Messages)} which value of {type} is easily lost.");

        var constructor = type.GetConstructors().Single();
        var nullability = new NullabilityInfoContext();
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter =>
            absent && nullability.Create(parameter).WriteState == NullabilityState.Nullable ? null : Value(parameter.ParameterType, absent))]);
    }

    static IList ListOf(Type element, bool absent)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        list.Add(Value(element, absent));
        list.Add(Value(element, absent));
        return list;
    }
}
