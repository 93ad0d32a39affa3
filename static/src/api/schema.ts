// Made from openapi.json by `make types`.
export type Tensor = number | Tensor[];
export type WireNumbers = number | ("NaN" | "Infinity" | "-Infinity") | WireNumbers[];
export interface paths {
    "/api/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Evaluate
         * @description Run a graph forward and backward.
         */
        post: operations["post_evaluate_api_evaluate_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description The process lives.
         */
        get: operations["healthz_healthz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description It can serve. There is no store yet that could be away.
         */
        get: operations["readyz_readyz_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Check
         * @description Hold backpropagation against numerical differentiation, leaf by leaf.
         */
        post: operations["post_check_api_check_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sweep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Sweep
         * @description Move one leaf along a range, and follow the output and its gradient.
         */
        post: operations["post_sweep_api_sweep_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/drill": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Drill
         * @description Take one element of an edge's share apart into the products that add up to it.
         */
        post: operations["post_drill_api_drill_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Verify
         * @description Judge gradients worked out by hand, and find the first mistake and its likely cause.
         */
        post: operations["post_verify_api_verify_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/derivation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Derivation
         * @description Write a derivative out: the sum over all paths of products along them, and the same by forward mode.
         */
        post: operations["post_derivation_api_derivation_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/diagnose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Diagnose
         * @description Find gradients that vanish, explode, stop, or stop being numbers.
         */
        post: operations["post_diagnose_api_diagnose_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/expand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Expand
         * @description Replace a composite node by its primitives, as a group.
         */
        post: operations["post_expand_api_expand_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/collapse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Collapse
         * @description Replace a group by the op that equals it.
         */
        post: operations["post_collapse_api_collapse_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/parse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Parse
         * @description Read a formula, or a Python program that isn't run, as a graph.
         */
        post: operations["post_parse_api_parse_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Views
         * @description The same graph as formulas, as Python and as LaTeX, every place linked to its node.
         */
        post: operations["post_views_api_views_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/formats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Formats
         * @description What a graph can be read from and written to.
         */
        get: operations["get_formats_api_formats_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/export/{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Export
         * @description The graph in that format, with its media type.
         */
        post: operations["post_export_api_export__format__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/import/{format}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Import
         * @description Read a file of that format as a graph.
         */
        post: operations["post_import_api_import__format__post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/train": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Train
         * @description Train the parameters of a graph: a line for every reported step, and a last one with the trained graph.
         */
        post: operations["post_train_api_train_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/optimizers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Optimizers
         * @description Every optimizer, with its formula and its settings.
         */
        get: operations["get_optimizers_api_optimizers_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/exercises": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Exercise
         * @description The exercise of a level and a seed.
         */
        get: operations["get_exercise_api_exercises_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ops
         * @description Every op, with what it takes, what it is set by, and its formulas.
         */
        get: operations["get_ops_api_ops_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/examples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Examples
         * @description The gallery, in the order of the lessons.
         */
        get: operations["get_examples_api_examples_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/examples/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Example
         * @description One graph of the gallery.
         */
        get: operations["get_example_api_examples__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Datasets
         * @description Every built-in data set.
         */
        get: operations["get_datasets_api_datasets_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/datasets/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Dataset
         * @description Some rows of a data set.
         */
        get: operations["get_dataset_api_datasets__name__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Post Sample
         * @description A row of a data set or of a table, in the shape of a graph's leaves.
         */
        post: operations["post_sample_api_samples_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * BackwardTraceStep
         * @description A node sends one input its share. ``local`` is null where the local derivative isn't elementwise.
         */
        BackwardTraceStep: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            phase: "backward";
            /** Node */
            node: string;
            /** Input */
            input: number;
            upstream: components["schemas"]["WireTensor"];
            local: components["schemas"]["WireTensor"] | null;
            gradient: components["schemas"]["WireTensor"] | null;
            /** Latex */
            latex: string;
        };
        /**
         * BlankEntry
         * @description A number to fill in: of a node, or the share of the gradient on an edge.
         */
        BlankEntry: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "value" | "gradient";
            /** Node */
            node: string | null;
            /**
             * Edge
             * @description the target's id, a colon, and the number of its input: `f:0`
             */
            edge: string | null;
        };
        /** Body_post_import_api_import__format__post */
        Body_post_import_api_import__format__post: {
            /**
             * File
             * @description the file
             */
            file: string;
            /**
             * Axes
             * @description lengths for the axes that a file leaves open
             */
            axes?: string | null;
        };
        /**
         * CheckCurvePoint
         * @description The worst relative error of each leaf's plain central differences with one step; null where it isn't finite.
         */
        CheckCurvePoint: {
            /** Epsilon */
            epsilon: number;
            /** Relative Error */
            relative_error: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity") | null;
            };
        };
        /**
         * CheckRequest
         * @description A graph whose gradients are to be held against numerical differentiation.
         */
        CheckRequest: {
            graph: components["schemas"]["GraphDocument"];
            /** Output */
            output?: string | null;
            /**
             * Wrt
             * @description leaves to check; all but constants where left out
             */
            wrt?: string[] | null;
            /**
             * Epsilon
             * @description the step, relative to elements larger than 1
             * @default 0.00001
             */
            epsilon?: number;
            /**
             * Curve
             * @description whether to tell the errors of plain differences at many steps
             * @default false
             */
            curve?: boolean;
        };
        /**
         * CheckResponse
         * @description A gradient check. ``curve`` is null where it wasn't asked for.
         */
        CheckResponse: {
            /** Output */
            output: string;
            /** Epsilon */
            epsilon: number;
            /** Passed */
            passed: boolean;
            /** Leaves */
            leaves: {
                [key: string]: components["schemas"]["LeafCheckResult"];
            };
            seconds: components["schemas"]["CheckSeconds"];
            /** Curve */
            curve: components["schemas"]["CheckCurvePoint"][] | null;
        };
        /**
         * CheckSeconds
         * @description How long one pass each way took, and all the differences.
         */
        CheckSeconds: {
            /** Backprop */
            backprop: number;
            /** Numerical */
            numerical: number;
        };
        /**
         * CollapseRequest
         * @description A group to close into the op that equals it.
         */
        CollapseRequest: {
            graph: components["schemas"]["GraphDocument"];
            /** Group */
            group: string;
        };
        /**
         * DataBatches
         * @description Batches of a data set's rows: one of ``/api/datasets``, or the text of a table.
         */
        DataBatches: {
            /**
             * Data
             * @description a name of /api/datasets; the field may be called dataset too
             */
            data?: string | null;
            /**
             * Csv
             * @description numbers, a row a line; the first line may name the columns
             */
            csv?: string | null;
            /**
             * Target
             * @description the table's target, a column by its name or number; the last one
             */
            target?: string | null;
            /**
             * Inputs
             * @description the leaf that takes the features, or by leaf the column that it takes
             */
            inputs?: string | {
                [key: string]: string;
            } | null;
            /**
             * Targets
             * @description the leaf that takes the targets; the label of the loss
             */
            targets?: string | null;
            /**
             * Size
             * @description rows in a batch
             * @default 32
             */
            size?: number;
            /**
             * Seed
             * @description of the split, of the rows' order, and of data that is made
             * @default 0
             */
            seed?: number;
            /**
             * Shuffle
             * @default true
             */
            shuffle?: boolean;
            /**
             * Test
             * @description the part of the rows to test with; 0.2, and none where there are fewer than 20 rows
             */
            test?: number | null;
            /**
             * Standardise
             * @description whether columns are brought to mean 0 and deviation 1
             * @default false
             */
            standardise?: boolean;
        };
        /**
         * DatasetEntry
         * @description A data set. ``shape`` is a row's; ``missing`` says what to install while it isn't there.
         */
        DatasetEntry: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Doc */
            doc: string;
            /** Count */
            count: number;
            /** Features */
            features: string[];
            /** Classes */
            classes: string[];
            /** Shape */
            shape: number[];
            /** Missing */
            missing: string | null;
        };
        /**
         * DatasetRow
         * @description One row: its features in the shape of a row, and its target, a number into ``classes`` where there are any.
         */
        DatasetRow: {
            /** Index */
            index: number;
            features: components["schemas"]["WireNumbers"];
            /** Target */
            target: number;
        };
        /**
         * DatasetRows
         * @description Some rows of a data set.
         */
        DatasetRows: {
            /** Name */
            name: string;
            /** Rows */
            rows: components["schemas"]["DatasetRow"][];
        };
        /**
         * DepthResult
         * @description The nodes at one distance from the output, by the longest way, and the largest sizes among them.
         */
        DepthResult: {
            /** Depth */
            depth: number;
            /** Nodes */
            nodes: string[];
            /** Gradient Size */
            gradient_size: number | ("NaN" | "Infinity" | "-Infinity") | null;
            /** Value Size */
            value_size: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /**
         * DerivationCounts
         * @description Multiplications, one for every edge that a derivative is carried over, also where a factor is 1.
         *
         *     ``path_multiplications``, in digits: the sum over all paths written out. ``forward_multiplications``: one forward
         *     pass, from ``wrt`` to the output. ``reverse_multiplications``: one reverse pass, from the output to every input.
         *     The two ``all``: every output with respect to every input, by a forward pass for each input, or by a reverse pass
         *     for each output. ``winner``: which of these two is the smaller.
         */
        DerivationCounts: {
            /** Path Multiplications */
            path_multiplications: string;
            /** Forward Multiplications */
            forward_multiplications: number;
            /** Reverse Multiplications */
            reverse_multiplications: number;
            /** Forward All Multiplications */
            forward_all_multiplications: number;
            /** Reverse All Multiplications */
            reverse_all_multiplications: number;
            /** Inputs */
            inputs: number;
            /** Outputs */
            outputs: number;
            /**
             * Winner
             * @enum {string}
             */
            winner: "forward" | "reverse" | "equal";
            /** Sentence */
            sentence: string;
        };
        /**
         * DerivationFactor
         * @description One edge of a path: ∂target/∂source.
         *
         *     ``edge`` is the target's id and the number of the input, from 0. ``chain`` is the factor as a fraction, ``latex``
         *     its formula in the graph's names, ``latex_values`` the formula with the values put in, ``latex_number`` the result.
         */
        DerivationFactor: {
            /** Edge */
            edge: string;
            /** Source */
            source: string;
            /** Target */
            target: string;
            /** Input */
            input: number;
            /** Chain */
            chain: string;
            /** Latex */
            latex: string;
            /** Latex Values */
            latex_values: string;
            /** Latex Number */
            latex_number: string;
            /** Local */
            local: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /**
         * DerivationPath
         * @description A way from the output towards the node, its factors in that order, and their product.
         */
        DerivationPath: {
            /** Factors */
            factors: components["schemas"]["DerivationFactor"][];
            /** Product */
            product: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /**
         * DerivationRequest
         * @description A derivative to be written out by the chain rule.
         */
        DerivationRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Wrt
             * @description the node in the denominator, usually a leaf
             */
            wrt: string;
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
            /**
             * Limit
             * @description how many paths are listed
             * @default 32
             */
            limit?: number;
            /**
             * Digits
             * @description significant digits in LaTeX
             * @default 6
             */
            digits?: number;
        };
        /**
         * DerivationResponse
         * @description ∂output/∂wrt as a sum over paths of products along them.
         *
         *     ``paths_total`` is exact, in digits. ``value`` is the gradient that reverse mode finds, null where nothing flows.
         *     ``forward`` is the other order: the same derivative by forward mode, node by node, of those between the two.
         */
        DerivationResponse: {
            /** Output */
            output: string;
            /** Wrt */
            wrt: string;
            /** Value */
            value: number | ("NaN" | "Infinity" | "-Infinity") | null;
            /** Paths */
            paths: components["schemas"]["DerivationPath"][];
            /** Paths Total */
            paths_total: string;
            /** Shown */
            shown: number;
            /** Latex */
            latex: string;
            /** Latex Numbers */
            latex_numbers: string;
            /** Forward */
            forward: components["schemas"]["ForwardStep"][];
            counts: components["schemas"]["DerivationCounts"];
        };
        /**
         * DiagnoseRequest
         * @description A graph to examine.
         */
        DiagnoseRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
        };
        /**
         * DiagnoseResponse
         * @description What was found. ``sizes`` is the root mean square of each node's gradient, null where nothing flows.
         */
        DiagnoseResponse: {
            /** Output */
            output: string;
            /** Findings */
            findings: components["schemas"]["FindingResult"][];
            /** Profile */
            profile: components["schemas"]["DepthResult"][];
            /** Sizes */
            sizes: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity") | null;
            };
        };
        /**
         * DrillDependence
         * @description An element of an input that a local derivative depends on; ``equals`` where it is that very element.
         */
        DrillDependence: {
            /** Input */
            input: number;
            /** Index */
            index: number[];
            /** Value */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** Equals */
            equals: boolean;
        };
        /**
         * DrillRequest
         * @description One element of the share that a node sends to one of its inputs.
         */
        DrillRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Node
             * @description the node that sends the share
             */
            node: string;
            /**
             * Input
             * @description which of its inputs, from 0
             */
            input: number;
            /**
             * Index
             * @description which element of the share, a number for each axis; empty for a number
             */
            index: number[];
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
            /**
             * Upstream
             * @description the gradient handed to the output, in its shape; ones where left out
             */
            upstream?: components["schemas"]["Tensor"] | null;
            /**
             * Zeros
             * @description tell also the products whose local derivative is 0 just here
             * @default false
             */
            zeros?: boolean;
        };
        /**
         * DrillResponse
         * @description One element of a share, and the products that add up to it.
         *
         *     Those whose local derivative is 0 are left out unless ``zeros`` asks for them. Of more than 200 the largest are
         *     told, and ``truncated`` is true.
         */
        DrillResponse: {
            /** Output */
            output: string;
            /** Node */
            node: string;
            /** Input */
            input: number;
            /** Source */
            source: string;
            /** Index */
            index: number[];
            /** Value */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** Terms */
            terms: components["schemas"]["DrillTerm"][];
            /** Total Terms */
            total_terms: number;
            /** Truncated */
            truncated: boolean;
        };
        /**
         * DrillTerm
         * @description One product, for one element of the node's value.
         *
         *     ``depends`` lists at most 20 of ``total_depends``; both are null where finding them costs more than is allowed.
         */
        DrillTerm: {
            /** Upstream Index */
            upstream_index: number[];
            /** Upstream */
            upstream: number | ("NaN" | "Infinity" | "-Infinity");
            /** Local */
            local: number | ("NaN" | "Infinity" | "-Infinity");
            /** Product */
            product: number | ("NaN" | "Infinity" | "-Infinity");
            /** Depends */
            depends: components["schemas"]["DrillDependence"][] | null;
            /** Total Depends */
            total_depends: number | null;
        };
        /**
         * EdgeResult
         * @description One edge: the value that it carries and the share of the gradient that it sends back.
         */
        EdgeResult: {
            /** Source */
            source: string;
            /** Target */
            target: string;
            /** Input */
            input: number;
            value: components["schemas"]["WireTensor"];
            gradient: components["schemas"]["WireTensor"] | null;
        };
        /**
         * EvaluateRequest
         * @description A graph to run forward and backward.
         */
        EvaluateRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
            /**
             * Upstream
             * @description the gradient handed to the output, in its shape; the graph's own where left out, else ones
             */
            upstream?: components["schemas"]["Tensor"] | null;
            /**
             * Trace
             * @description whether to list every step with its formula
             * @default false
             */
            trace?: boolean;
        };
        /**
         * EvaluateResponse
         * @description The numbers of one run. ``trace`` is null where it wasn't asked for.
         */
        EvaluateResponse: {
            /** Output */
            output: string;
            /** Order */
            order: string[];
            /** Nodes */
            nodes: {
                [key: string]: components["schemas"]["NodeResult"];
            };
            /** Edges */
            edges: components["schemas"]["EdgeResult"][];
            /** Trace */
            trace: (components["schemas"]["ForwardTraceStep"] | components["schemas"]["BackwardTraceStep"])[] | null;
            /** Warnings */
            warnings: components["schemas"]["EvaluationWarning"][];
        };
        /**
         * EvaluationWarning
         * @description Where a number that isn't finite first arose.
         */
        EvaluationWarning: {
            /** Node */
            node: string;
            /**
             * Code
             * @enum {string}
             */
            code: "overflow" | "divide-by-zero" | "invalid";
            /**
             * Phase
             * @enum {string}
             */
            phase: "forward" | "backward";
            /** Detail */
            detail: string;
        };
        /**
         * Example
         * @description One graph of the gallery.
         */
        Example: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Text */
            text: string;
            /** Question */
            question: string;
            graph: components["schemas"]["GraphDocument"];
        };
        /**
         * ExampleEntry
         * @description One graph of the gallery, in the list.
         */
        ExampleEntry: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Text */
            text: string;
            /** Question */
            question: string;
        };
        /**
         * ExerciseResponse
         * @description A graph to work out by hand; every number in it is whole. Its answers are what evaluating it gives.
         */
        ExerciseResponse: {
            /** Level */
            level: number;
            /** Seed */
            seed: number;
            /** Title */
            title: string;
            graph: components["schemas"]["GraphDocument"];
            /** Blanks */
            blanks: components["schemas"]["BlankEntry"][];
        };
        /**
         * ExpandRequest
         * @description A composite node to open into its primitives.
         */
        ExpandRequest: {
            graph: components["schemas"]["GraphDocument"];
            /** Node */
            node: string;
        };
        /**
         * ExportOptions
         * @description How to write a graph.
         */
        ExportOptions: {
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
            /**
             * Scale
             * @description pixels of a picture for a unit of the drawing
             * @default 2
             */
            scale?: number;
            /**
             * Dark
             * @description a picture in the colours of the dark page
             * @default false
             */
            dark?: boolean;
            /**
             * Convention
             * @description the way in which a picture draws arrows and numbers
             * @default book
             * @enum {string}
             */
            convention?: "book" | "cs231n" | "colah";
            /**
             * Tensors
             * @description how a picture shows a tensor: as numbers or as a heat map
             * @default few
             * @enum {string}
             */
            tensors?: "few" | "numbers" | "heat";
        };
        /**
         * ExportRequest
         * @description A graph to be written in a format.
         */
        ExportRequest: {
            graph: components["schemas"]["GraphDocument"];
            options?: components["schemas"]["ExportOptions"];
        };
        /**
         * ExporterEntry
         * @description A format to write: ``doc`` is a sentence about it, ``heeds`` the options by which the file differs.
         */
        ExporterEntry: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Media Type */
            media_type: string;
            /** Suffix */
            suffix: string;
            /** Doc */
            doc: string;
            /** Heeds */
            heeds: ("scale" | "dark" | "convention" | "tensors")[];
        };
        /**
         * FindingResult
         * @description One thing that is wrong, or worth knowing.
         *
         *     ``node`` is the first of ``nodes``. ``ratio``, ``steps`` and ``factor`` say by how much a gradient shrank or grew on
         *     its way from the output, in how many steps, and how much a step on average; ``units`` which units of a layer are
         *     meant, empty for all of them; ``op`` and ``formula`` the op that helps, ``repaired`` the graph with it in place of
         *     the pieces: nodes keep their ids, and groups and labels of what is replaced are left out.
         */
        FindingResult: {
            /**
             * Code
             * @enum {string}
             */
            code: "overflow" | "divide-by-zero" | "invalid" | "vanishing" | "exploding" | "dead-relu" | "saturated" | "zero-gradient";
            /** Node */
            node: string;
            /** Nodes */
            nodes: string[];
            /**
             * Severity
             * @enum {string}
             */
            severity: "error" | "warning" | "info";
            /** Detail */
            detail: string;
            /** Advice */
            advice: string;
            /** Ratio */
            ratio: number | null;
            /** Steps */
            steps: number | null;
            /** Factor */
            factor: number | null;
            /** Units */
            units: number[];
            /** Op */
            op: string | null;
            /** Formula */
            formula: string | null;
            repaired: components["schemas"]["GraphDocument"] | null;
        };
        /**
         * FormatsResponse
         * @description What a graph can be read from and written to.
         */
        FormatsResponse: {
            /** Importers */
            importers: components["schemas"]["ImporterEntry"][];
            /** Exporters */
            exporters: components["schemas"]["ExporterEntry"][];
        };
        /**
         * ForwardStep
         * @description One step of forward mode: ∂node/∂wrt, the sum of its terms; 1 and no terms at the node itself.
         */
        ForwardStep: {
            /** Node */
            node: string;
            /** Tangent */
            tangent: number | ("NaN" | "Infinity" | "-Infinity");
            /** Terms */
            terms: components["schemas"]["ForwardTerm"][];
            /** Latex */
            latex: string;
        };
        /**
         * ForwardTerm
         * @description What one edge adds to a tangent: the source's tangent × the local derivative.
         */
        ForwardTerm: {
            /** Edge */
            edge: string;
            /** Source */
            source: string;
            /** Input */
            input: number;
            /** Tangent */
            tangent: number | ("NaN" | "Infinity" | "-Infinity");
            /** Local */
            local: number | ("NaN" | "Infinity" | "-Infinity");
            /** Product */
            product: number | ("NaN" | "Infinity" | "-Infinity");
        };
        /**
         * ForwardTraceStep
         * @description A node computes its value. ``kept`` is what its layer keeps for backward.
         */
        ForwardTraceStep: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            phase: "forward";
            /** Node */
            node: string;
            /** Latex */
            latex: string;
            /** Kept */
            kept: components["schemas"]["KeptValue"][];
        };
        /**
         * GraphDocument
         * @description A graph as JSON, format backarrow/1.
         */
        GraphDocument: {
            /**
             * Format
             * @default backarrow/1
             * @constant
             */
            format?: "backarrow/1";
            /**
             * Title
             * @default
             */
            title?: string;
            /** Nodes */
            nodes: components["schemas"]["NodeDocument"][];
            /** Groups */
            groups?: components["schemas"]["GroupDocument"][];
            /** Output */
            output?: string | null;
            /**
             * Upstream
             * @description the seed: the gradient handed to the output, in its shape; ones where left out
             */
            upstream?: components["schemas"]["Tensor"] | null;
        };
        /**
         * GraphResponse
         * @description A graph.
         */
        GraphResponse: {
            graph: components["schemas"]["GraphDocument"];
        };
        /**
         * GroupDocument
         * @description A box around nodes. It never changes a number.
         */
        GroupDocument: {
            /** Id */
            id: string;
            /**
             * Label
             * @default
             */
            label?: string;
            /** Nodes */
            nodes: string[];
            /**
             * Collapsed
             * @default false
             */
            collapsed?: boolean;
        };
        /**
         * Health
         * @description How the process is.
         */
        Health: {
            /**
             * Status
             * @constant
             */
            status: "ok";
        };
        /**
         * ImportResponse
         * @description The graph of a file, and in ``notes`` what of the file it can't say.
         *
         *     ``axes`` are the lengths that were taken for the axes which the file leaves open, by name: sent along with the file,
         *     other ones are taken instead.
         */
        ImportResponse: {
            graph: components["schemas"]["GraphDocument"];
            /** Notes */
            notes: string[];
            /** Axes */
            axes: {
                [key: string]: number;
            };
        };
        /**
         * ImporterEntry
         * @description A format to read; its files' names may end in any of ``suffixes``, the first of which is the usual one.
         */
        ImporterEntry: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Media Type */
            media_type: string;
            /** Suffix */
            suffix: string;
            /** Suffixes */
            suffixes: string[];
        };
        /**
         * Initialise
         * @description What the parameters start from: weights drawn from a normal distribution, biases 0.
         */
        Initialise: {
            /**
             * Method
             * @enum {string}
             */
            method: "normal" | "xavier" | "he";
            /**
             * Std
             * @description of normal; 0.01 where left out
             */
            std?: number | null;
            /**
             * Seed
             * @default 0
             */
            seed?: number;
        };
        /**
         * JudgedClaim
         * @description One claim held against the truth; ``expected`` is null where nothing flows back.
         *
         *     ``follows``: whether it is what the claims before it on the way back lead to, so that its own step is right.
         */
        JudgedClaim: {
            claimed: components["schemas"]["WireTensor"];
            expected: components["schemas"]["WireTensor"] | null;
            /** Relative Error */
            relative_error: number | ("NaN" | "Infinity" | "-Infinity") | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "right" | "wrong" | "shape" | "no-gradient" | "non-finite";
            /** Follows */
            follows: boolean;
        };
        /**
         * KeptValue
         * @description Something that a layer puts aside in forward: an array, a mask as ones and zeros, a shape as a vector.
         */
        KeptValue: {
            /** Name */
            name: string;
            value: components["schemas"]["WireTensor"];
        };
        /**
         * LatexView
         * @description Aligned equations, also one by one.
         */
        LatexView: {
            /** Text */
            text: string;
            /** Spans */
            spans: components["schemas"]["ViewSpan"][];
            /** Notes */
            notes: string[];
            /** Equations */
            equations: components["schemas"]["ViewEquation"][];
        };
        /**
         * LeafCheckResult
         * @description One leaf's two gradients, and how far they are apart; in a tensor for each of its ``elements`` too.
         */
        LeafCheckResult: {
            backprop: components["schemas"]["WireTensor"] | null;
            numerical: components["schemas"]["WireTensor"] | null;
            /** Relative Error */
            relative_error: number | ("NaN" | "Infinity" | "-Infinity") | null;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "pass" | "fail" | "kink" | "non-finite" | "no-gradient";
            /** Notes */
            notes: string[];
            elements: components["schemas"]["WireTensor"] | null;
        };
        /**
         * NodeDocument
         * @description One node. ``inputs`` are its edges, in the op's argument order.
         */
        NodeDocument: {
            /** Id */
            id: string;
            /** Op */
            op: string;
            /** Inputs */
            inputs?: string[];
            /** Params */
            params?: {
                [key: string]: components["schemas"]["Setting"];
            };
            /** Value */
            value?: components["schemas"]["Tensor"] | components["schemas"]["PackedTensor"] | null;
            /** Label */
            label?: string | null;
            /** Position */
            position?: [
                number,
                number
            ] | null;
        };
        /**
         * NodeResult
         * @description A node's numbers. ``gradient`` is ∂output/∂node, null where nothing flows.
         */
        NodeResult: {
            value: components["schemas"]["WireTensor"];
            gradient: components["schemas"]["WireTensor"] | null;
            /** Shape */
            shape: number[];
        };
        /**
         * OpEntry
         * @description One op of the catalogue. ``elementwise``: whether the partials are local derivatives.
         *
         *     ``keeps`` says what a layer keeps from forward for backward and why; ``kept`` are the names under which a trace
         *     lists it. ``source`` is the class that runs, with a comment ``# …`` in place of its test points and of the mistakes
         *     that people make with it; ``inherited_source`` those of its forward and backward that another
         *     class wrote for it. ``labels`` are the inputs that are taken as they are, the targets of a loss among them; a loss
         *     that judges classes names in ``scores`` the input that holds their scores.
         */
        OpEntry: {
            /** Name */
            name: string;
            /** Aliases */
            aliases: string[];
            /** Symbol */
            symbol: string;
            /** Category */
            category: string;
            /** Doc */
            doc: string;
            inputs: components["schemas"]["OpInputs"];
            /** Params */
            params: components["schemas"]["OpParam"][];
            latex: components["schemas"]["OpLatex"];
            /** Labels */
            labels: string[];
            /** Scores */
            scores: string | null;
            /** Elementwise */
            elementwise: boolean;
            /** Decomposes */
            decomposes: boolean;
            /** Keeps */
            keeps: string;
            /** Kept */
            kept: string[];
            /** Source */
            source: string;
            /** Inherited Source */
            inherited_source: string;
        };
        /**
         * OpInputs
         * @description The positional arguments of an op. One that is ``variadic`` takes more of the kind of the last.
         */
        OpInputs: {
            /** Names */
            names: string[];
            /** Variadic */
            variadic: boolean;
        };
        /**
         * OpLatex
         * @description Formulas in LaTeX. ``partials`` has one for each input, in which ``y`` is the op's value.
         */
        OpLatex: {
            /** Value */
            value: string;
            /** Partials */
            partials: string[];
        };
        /**
         * OpParam
         * @description A setting of an op. ``default`` is what it is when a node doesn't say.
         */
        OpParam: {
            /** Name */
            name: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "number" | "integer" | "boolean" | "shape" | "axis" | "axes" | "pair" | "stride" | "padding" | "pairs" | "text";
            /** Default */
            default: number | boolean | string | number[] | number[][] | null;
        };
        /**
         * OptimizerEntry
         * @description An optimizer.
         */
        OptimizerEntry: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Doc */
            doc: string;
            /** Latex */
            latex: string;
            /** Params */
            params: components["schemas"]["OpParam"][];
        };
        /**
         * OptimizerSettings
         * @description An optimizer with its settings, which ``/api/optimizers`` lists; a ``rate`` may be called ``lr``.
         */
        OptimizerSettings: {
            /** Name */
            name: string;
        } & {
            [key: string]: number;
        };
        /**
         * PackedTensor
         * @description A tensor's shape and its elements' bytes in base64, in C order, little-endian.
         */
        PackedTensor: {
            /** Shape */
            shape: number[];
            /**
             * Dtype
             * @enum {string}
             */
            dtype: "float32" | "float64";
            /** Data */
            data: string;
        };
        /**
         * ParseRequest
         * @description A text to read as a graph.
         */
        ParseRequest: {
            /**
             * Language
             * @enum {string}
             */
            language: "formula" | "python";
            /** Source */
            source: string;
            /**
             * Inputs
             * @description values of the free names; 1 for those left out
             */
            inputs?: {
                [key: string]: components["schemas"]["Tensor"] | components["schemas"]["PackedTensor"];
            } | null;
        };
        /**
         * ParseResponse
         * @description The graph of a text, and in ``notes`` what the graph can't say of it.
         */
        ParseResponse: {
            graph: components["schemas"]["GraphDocument"];
            /** Notes */
            notes: string[];
        };
        /**
         * Problem
         * @description ``application/problem+json`` (RFC 9457).
         */
        Problem: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /** Errors */
            errors?: components["schemas"]["ProblemError"][] | null;
        };
        /**
         * ProblemError
         * @description One thing that is wrong, and where. ``pointer`` is a JSON pointer into the request.
         */
        ProblemError: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
            /** Node */
            node?: string | null;
            /** Pointer */
            pointer?: string | null;
            /** Line */
            line?: number | null;
            /** Column */
            column?: number | null;
            /**
             * Path
             * @description the nodes of a cycle, in the direction of the data
             */
            path?: string[] | null;
            /** Limit */
            limit?: number | null;
            /** Actual */
            actual?: number | null;
            /**
             * Budget
             * @description which of the server's budgets is exceeded: BACKARROW_MAX_ and its name
             */
            budget?: string | null;
        };
        /**
         * SampleRequest
         * @description A row of the data that a graph would be trained on.
         */
        SampleRequest: {
            graph: components["schemas"]["GraphDocument"];
            batches: components["schemas"]["DataBatches"];
            /**
             * Row
             * @default 0
             */
            row?: number;
        };
        /**
         * SampleResponse
         * @description What the data is, and one row of it as values of the graph's leaves.
         *
         *     ``inputs`` and ``targets`` are the leaves that take the features and the target; ``features`` and ``target`` the
         *     names of the columns. ``classes`` is empty where the targets are numbers to come near. ``tested``: whether the row
         *     is kept to test with.
         */
        SampleResponse: {
            /** Count */
            count: number;
            /** Features */
            features: string[];
            /** Target */
            target: string;
            /** Classes */
            classes: string[];
            /** Inputs */
            inputs: string[];
            /** Targets */
            targets: string;
            /** Row */
            row: number;
            /** Tested */
            tested: boolean;
            /**
             * Answer
             * @description the row's own target, a number into classes where there are any
             */
            answer: number;
            /** Values */
            values: {
                [key: string]: components["schemas"]["WireNumbers"];
            };
        };
        Setting: boolean | number | string | number[] | number[][] | null;
        /**
         * SlipResult
         * @description What probably happened, in what ``node`` sends back to its input number ``input``.
         *
         *     ``input`` is null where it happened at several inputs, or where the shares of the node's own uses are added.
         *     ``explains`` names the wrong claims that this alone leads to.
         */
        SlipResult: {
            /** Code */
            code: string;
            /** Title */
            title: string;
            /** Detail */
            detail: string;
            /** Hint */
            hint: string;
            /** Node */
            node: string;
            /** Input */
            input: number | null;
            /** Explains */
            explains: string[];
            /** Explains Edges */
            explains_edges: string[];
        };
        /**
         * SweepColumns
         * @description The points, a column each. ``gradient`` is null where nothing flows back to the leaf.
         */
        SweepColumns: {
            /** X */
            x: (number | ("NaN" | "Infinity" | "-Infinity"))[];
            /** Value */
            value: (number | ("NaN" | "Infinity" | "-Infinity"))[];
            /** Gradient */
            gradient: (number | ("NaN" | "Infinity" | "-Infinity"))[] | null;
        };
        /**
         * SweepRequest
         * @description A graph, one of whose leaves is to move from ``start`` to ``stop``.
         */
        SweepRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Input
             * @description the leaf that moves
             */
            input: string;
            /** Start */
            start: number;
            /** Stop */
            stop: number;
            /**
             * Steps
             * @description how many points, both ends among them
             */
            steps: number;
            /**
             * Index
             * @description which element of a tensor moves, a number for each axis
             */
            index?: number[] | null;
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
        };
        /**
         * SweepResponse
         * @description A curve. A tensor output is summed, as in the gradient check.
         */
        SweepResponse: {
            /** Input */
            input: string;
            /** Index */
            index: number[];
            /** Output */
            output: string;
            points: components["schemas"]["SweepColumns"];
            tangent: components["schemas"]["SweepTangent"];
        };
        /**
         * SweepTangent
         * @description Where the leaf stands now, and the slope there, which is null where nothing flows back to it.
         */
        SweepTangent: {
            /** X */
            x: number | ("NaN" | "Infinity" | "-Infinity");
            /** Value */
            value: number | ("NaN" | "Infinity" | "-Infinity");
            /** Slope */
            slope: number | ("NaN" | "Infinity" | "-Infinity") | null;
        };
        Tensor: Tensor;
        /**
         * TensorSummary
         * @description A tensor of more than 1,024 elements, unless ``?full=true`` is asked for.
         *
         *     ``preview`` is the beginning of its first rows; ``histogram`` counts the elements in equally wide bins from ``min``
         *     to ``max``, and is empty where one of the two isn't finite.
         */
        TensorSummary: {
            /** Shape */
            shape: number[];
            /** Min */
            min: number | ("NaN" | "Infinity" | "-Infinity");
            /** Max */
            max: number | ("NaN" | "Infinity" | "-Infinity");
            /** Mean */
            mean: number | ("NaN" | "Infinity" | "-Infinity");
            /** Std */
            std: number | ("NaN" | "Infinity" | "-Infinity");
            /** Preview */
            preview: (number | ("NaN" | "Infinity" | "-Infinity"))[][];
            /** Histogram */
            histogram: number[];
        };
        /**
         * TrainEnd
         * @description The last line: the last step once more, and the trained graph. ``scores`` is the node that holds them, if any.
         */
        TrainEnd: {
            /** Step */
            step: number;
            /** Loss */
            loss: number | ("NaN" | "Infinity" | "-Infinity");
            /** Metrics */
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** Gradients */
            gradients: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            } | null;
            /** Elapsed */
            elapsed: number;
            /** Remaining */
            remaining: number;
            graph: components["schemas"]["GraphDocument"];
            state: components["schemas"]["TrainState"];
            /** Scores */
            scores: string | null;
            stopped: components["schemas"]["TrainStop"] | null;
        };
        /**
         * TrainLine
         * @description A step: the loss and the metrics of its batch before the parameters moved.
         *
         *     ``metrics``: ``accuracy`` where classes are judged; in some lines ``test_loss`` and ``test_accuracy``. ``gradients``
         *     are their 2-norms by node, null where not asked for. Times are in seconds.
         */
        TrainLine: {
            /** Step */
            step: number;
            /** Loss */
            loss: number | ("NaN" | "Infinity" | "-Infinity");
            /** Metrics */
            metrics: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            };
            /** Gradients */
            gradients: {
                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
            } | null;
            /** Elapsed */
            elapsed: number;
            /** Remaining */
            remaining: number;
        };
        /**
         * TrainRequest
         * @description A graph to train: its parameters follow the gradient of its output down.
         */
        TrainRequest: {
            graph: components["schemas"]["GraphDocument"];
            /** Steps */
            steps: number;
            optimizer: string | components["schemas"]["OptimizerSettings"];
            /**
             * Batches
             * @description a list of values by leaf, a step each and again from the first; one such; or rows of a data set. Leaves that aren't named, and all where this is left out, keep the graph's values
             */
            batches?: ({
                [key: string]: components["schemas"]["Tensor"] | components["schemas"]["PackedTensor"];
            }[] | components["schemas"]["DataBatches"] | {
                [key: string]: components["schemas"]["Tensor"] | components["schemas"]["PackedTensor"];
            }) | null;
            /**
             * Output
             * @description stands in for the document's own output; the loss
             */
            output?: string | null;
            /**
             * Scores
             * @description the scores of classes, where the loss itself doesn't tell them
             */
            scores?: string | null;
            /**
             * Targets
             * @description the classes that are meant, to go with scores
             */
            targets?: string | null;
            initialise?: string | components["schemas"]["Initialise"] | null;
            /** @description of an earlier answer's last line, to go on from */
            state?: components["schemas"]["TrainState"] | null;
            /**
             * Every
             * @description report every so many steps; so that at most 1,000 are, if left out
             */
            every?: number | null;
            /**
             * Test Every
             * @description try the test data every so many steps
             * @default 20
             */
            test_every?: number;
            /**
             * Gradients
             * @description whether to report the lengths of the gradients
             * @default false
             */
            gradients?: boolean;
        };
        /**
         * TrainState
         * @description What there is to go on from besides the parameters. The order of the rows follows from ``step``.
         */
        TrainState: {
            /** Step */
            step: number;
            /** Optimizer */
            optimizer: string;
            /** Moments */
            moments: {
                [key: string]: {
                    [key: string]: components["schemas"]["Tensor"] | components["schemas"]["PackedTensor"];
                };
            };
        };
        /**
         * TrainStop
         * @description Why training ended early: numbers that aren't finite, the deadline, or a fault of the graph.
         */
        TrainStop: {
            /** Code */
            code: string;
            /** Detail */
            detail: string;
        };
        /**
         * VerifyRequest
         * @description A graph, and gradients that somebody worked out for it.
         */
        VerifyRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Claimed
             * @description ∂output/∂node by node, as many as there are
             */
            claimed: {
                [key: string]: components["schemas"]["Tensor"];
            };
            /**
             * Edges
             * @description single shares, by edge: target:input, such as f:0
             */
            edges?: {
                [key: string]: components["schemas"]["Tensor"];
            };
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
            /**
             * Upstream
             * @description the gradient handed to the output, in its shape; ones where left out
             */
            upstream?: components["schemas"]["Tensor"] | null;
        };
        /**
         * VerifyResponse
         * @description The claims in the order of the way back, the first wrong one, and why.
         *
         *     ``others`` explain the first wrong claim as well; where there are any, ``slip`` is only the likeliest.
         */
        VerifyResponse: {
            /** Output */
            output: string;
            /** Correct */
            correct: boolean;
            /** Judged */
            judged: {
                [key: string]: components["schemas"]["JudgedClaim"];
            };
            /** Judged Edges */
            judged_edges: {
                [key: string]: components["schemas"]["JudgedClaim"];
            };
            /** First Wrong */
            first_wrong: string | null;
            /** First Wrong Edge */
            first_wrong_edge: string | null;
            slip: components["schemas"]["SlipResult"] | null;
            /** Others */
            others: components["schemas"]["SlipResult"][];
        };
        /**
         * View
         * @description A text, the places of its nodes, and in ``notes`` what of the graph it can't say.
         */
        View: {
            /** Text */
            text: string;
            /** Spans */
            spans: components["schemas"]["ViewSpan"][];
            /** Notes */
            notes: string[];
        };
        /**
         * ViewEquation
         * @description One equation of the LaTeX view, to be typeset by itself; ``symbols`` is the same without what comes out.
         */
        ViewEquation: {
            /** Node */
            node: string;
            /**
             * Phase
             * @enum {string}
             */
            phase: "forward" | "backward";
            /** Latex */
            latex: string;
            /** Symbols */
            symbols: string;
        };
        /**
         * ViewSpan
         * @description Where a node stands in a text: UTF-16 units, as browsers count, from ``start`` up to ``end``.
         *
         *     Spans may lie in one another: of those that hold a place, the shortest is what is written there.
         */
        ViewSpan: {
            /** Node */
            node: string;
            /** Start */
            start: number;
            /** End */
            end: number;
            /**
             * Phase
             * @enum {string}
             */
            phase: "forward" | "backward";
        };
        /**
         * ViewsRequest
         * @description A graph to be shown in several languages.
         */
        ViewsRequest: {
            graph: components["schemas"]["GraphDocument"];
            /**
             * Output
             * @description stands in for the document's own output
             */
            output?: string | null;
        };
        /**
         * ViewsResponse
         * @description One graph in four texts.
         *
         *     ``formula`` has one assignment a node and reads back as the same graph; ``expression`` writes unlabelled nodes that
         *     are used once where they are used; ``python`` runs layer by layer; ``latex`` has aligned equations.
         */
        ViewsResponse: {
            formula: components["schemas"]["View"];
            expression: components["schemas"]["View"];
            python: components["schemas"]["View"];
            latex: components["schemas"]["LatexView"];
        };
        WireNumbers: WireNumbers;
        WireTensor: components["schemas"]["WireNumbers"] | components["schemas"]["TensorSummary"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    post_evaluate_api_evaluate_post: {
        parameters: {
            query?: {
                /** @description large tensors whole, not as summaries */
                full?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvaluateResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    healthz_healthz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readyz_readyz_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_check_api_check_post: {
        parameters: {
            query?: {
                /** @description large tensors whole, not as summaries */
                full?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sweep_api_sweep_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SweepRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SweepResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_drill_api_drill_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DrillRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DrillResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_verify_api_verify_post: {
        parameters: {
            query?: {
                /** @description large tensors whole, not as summaries */
                full?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_derivation_api_derivation_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DerivationRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DerivationResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_diagnose_api_diagnose_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiagnoseRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiagnoseResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_expand_api_expand_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpandRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_collapse_api_collapse_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollapseRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GraphResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_parse_api_parse_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParseRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParseResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_views_api_views_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewsRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewsResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_formats_api_formats_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FormatsResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_export_api_export__format__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                format: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                    "text/plain": string;
                    "text/x-python": string;
                    "application/octet-stream": string;
                    "application/x-tex": string;
                    "image/svg+xml": string;
                    "image/png": string;
                    "application/pdf": string;
                    "text/html": string;
                    "text/vnd.graphviz": string;
                    "text/vnd.mermaid": string;
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_import_api_import__format__post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                format: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Body_post_import_api_import__format__post"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_train_api_train_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrainRequest"];
            };
        };
        responses: {
            /** @description A TrainLine a line, the last one a TrainEnd */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["TrainLine"] | components["schemas"]["TrainEnd"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_optimizers_api_optimizers_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OptimizerEntry"][];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_exercise_api_exercises_get: {
        parameters: {
            query: {
                /** @description 1 easy, 2 with fan-out, 3 with matrices */
                level: number;
                /** @description the same exercise for the same number */
                seed: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExerciseResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ops_api_ops_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpEntry"][];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_examples_api_examples_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExampleEntry"][];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_example_api_examples__name__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Example"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_datasets_api_datasets_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetEntry"][];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_dataset_api_datasets__name__get: {
        parameters: {
            query?: {
                /** @description the first row */
                start?: number;
                /** @description how many rows */
                count?: number;
                /** @description where the data is made: from what */
                seed?: number;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetRows"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sample_api_samples_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SampleRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SampleResponse"];
                };
            };
            /** @description Client Error */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": unknown;
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
