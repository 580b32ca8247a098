using System.Collections.Concurrent;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using NUnit.Framework.Internal.Commands;

namespace Orchestrator.Tests.Unit;

/// <summary>A test that runs on one thread, together with everything that it starts.</summary>
/// <remarks>
/// Continuations run in the order in which they became ready. So <c>await Task.Yield()</c> returns after everything that was ready before,
/// on any machine, and a test that moves the clock by hand always has the same result.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
sealed class OneThreadTestAttribute : TestAttribute, IWrapTestMethod
{
    /// <inheritdoc />
    public TestCommand Wrap(TestCommand command) => new OneThreadCommand(command);

    sealed class OneThreadCommand(TestCommand inner) : DelegatingTestCommand(inner)
    {
        public override TestResult Execute(TestExecutionContext context)
        {
            var test = context.CurrentTest.Method!;
            new OneThread().Run(() => (Task)test.Invoke(context.TestObject, context.CurrentTest.Arguments)!);
            context.CurrentResult.SetResult(ResultState.Success);
            return context.CurrentResult;
        }
    }

    sealed class OneThread : TaskScheduler
    {
        readonly BlockingCollection<Task> _ready = [];

        public void Run(Func<Task> test)
        {
            // NUnit sets a context that sends what follows an await to the thread pool. An await prefers a context to a scheduler.
            var outer = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                var run = Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
                // Wakes the loop when the test has ended.
                _ = run.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, this);
                while (!run.IsCompleted)
                    TryExecuteTask(_ready.Take());
                run.GetAwaiter().GetResult();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(outer);
            }
        }

        protected override void QueueTask(Task task) => _ready.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _ready;
    }
}
